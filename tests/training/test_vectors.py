"""Values of clips, made once and known by what the recordings hold."""

import shutil

import numpy as np
import pytest

from ser_core.corpora import load_corpus
from ser_core.errors import AudioError, CorpusError, SerError
from ser_core.training import vectors
from ser_core.training.vectors import Augmentation, prepare_vectors


@pytest.fixture(scope="module")
def utterances(tiny_corpus):
    return load_corpus("folder", tiny_corpus)[::12]


def test_values_are_made_once_wherever_the_recordings_lie(utterances, tiny_corpus, tmp_path):
    seen: list[tuple[int, int]] = []

    def prepare(clips):
        both = prepare_vectors(
            clips, ["mfcc", "mfcc-mel"], tmp_path / "cache", on_progress=lambda *done: seen.append(done)
        )
        return both["mfcc"], both["mfcc-mel"]

    mfcc, mixed = prepare(utterances)
    assert mfcc.clean.shape == (len(utterances), 40)
    assert mixed.clean.shape == (len(utterances), 141)
    np.testing.assert_array_equal(mfcc.clean[:, :13], mixed.clean[:, :13])
    assert seen[-1] == (len(utterances), len(utterances))
    seen.clear()
    shutil.copytree(tiny_corpus, tmp_path / "moved")
    moved = load_corpus("folder", tmp_path / "moved")[::12]
    again, _ = prepare(moved[::-1])
    assert seen == []
    np.testing.assert_array_equal(again.clean, mfcc.clean[::-1])


def test_copies_follow_the_seed_and_the_recording(utterances, tmp_path):
    def copies(seed, clips=utterances):
        how = Augmentation(("noise", "shift"), seed=seed)
        return prepare_vectors(clips, ["mfcc"], tmp_path / "cache", how)["mfcc"].copies

    one, other = copies(1), copies(2)
    assert one.shape == (len(utterances), 2, 40)
    assert np.abs(one - other).max() > 0.1
    # Noise changes the timbre, a shift hardly.
    clean = prepare_vectors(utterances, ["mfcc"], tmp_path / "cache")["mfcc"].clean
    changed = np.abs(one - clean[:, None]).mean(axis=(0, 2))
    assert changed[0] > 3 * changed[1] > 0
    shutil.rmtree(tmp_path / "cache")
    np.testing.assert_array_equal(copies(1, utterances[::-1]), one[::-1])


def test_an_interrupted_preparation_keeps_what_it_made(utterances, tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "_CHUNK", 2)

    class StopHereError(Exception):
        pass

    def interrupt(done, total):
        if done == 3:
            raise StopHereError

    with pytest.raises(StopHereError):
        prepare_vectors(utterances, ["mfcc"], tmp_path, on_progress=interrupt)
    seen: list[int] = []
    prepare_vectors(utterances, ["mfcc"], tmp_path, on_progress=lambda done, total: seen.append(total))
    assert seen[-1] == len(utterances) - 2


def test_noise_comes_from_the_folder_given_and_other_noises_are_other_values(utterances, tmp_path, rng):
    import soundfile

    def with_noises(hz):
        folder = tmp_path / str(hz) / "noise_train"
        folder.mkdir(parents=True)
        soundfile.write(folder / "Hum_1.wav", np.sin(2 * np.pi * hz * np.arange(16_000) / 16_000), 16_000)
        how = Augmentation(("noise",), folder.parent)
        return prepare_vectors(utterances[:2], ["mfcc-mel"], tmp_path / "cache", how)["mfcc-mel"].copies

    low, high = with_noises(100), with_noises(6000)
    # The last mel bands lie around 6 kHz and higher.
    assert (high[:, 0, -20:].max(axis=1) > low[:, 0, -20:].max(axis=1) + 6).all()
    with pytest.raises(CorpusError, match="noise_train"):
        prepare_vectors(utterances[:2], ["mfcc"], tmp_path, Augmentation(("noise",), tmp_path / "absent"))
    with pytest.raises(SerError, match="no augmentation 'echo'"):
        prepare_vectors(utterances[:2], ["mfcc"], tmp_path, Augmentation(("echo",)))


def test_a_broken_recording_is_named(tmp_path):
    broken = tmp_path / "corpus" / "angry" / "ann" / "1.wav"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"no sound")
    with pytest.raises(AudioError, match=r"1\.wav"):
        prepare_vectors(load_corpus("folder", tmp_path / "corpus"), ["mfcc"], tmp_path / "cache")
