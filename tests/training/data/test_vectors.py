"""Values of clips and of their augmented copies."""

import numpy as np
import pytest
import soundfile

from ser_core.audio import read_clip
from ser_core.dsp.conditioning import condition
from ser_core.errors import CorpusError
from ser_core.features.feature_sets import get_feature_set
from ser_core.training.data.vectors import prepare, values_of


@pytest.fixture
def clips(tones):
    return tones[::24]


def test_values_are_those_of_the_set_and_several_sets_share_a_decoding(clips, tmp_path):
    for name in ("mfcc", "log-mel-image"):
        vectors = prepare(clips, values_of(name, (), None, 0), tmp_path)
        expected = [get_feature_set(name).extract(condition(read_clip(u.path))) for u in clips]
        np.testing.assert_allclose(vectors.clean, expected, atol=1e-4)
        assert vectors.copies.shape[:2] == (len(clips), 0)
    np.testing.assert_array_equal(vectors.rows(clips[::-1]), np.arange(len(clips))[::-1])


def test_copies_follow_the_seed_and_the_recording(clips, tmp_path):
    def copies(seed, of=clips):
        return prepare(of, values_of("mfcc", ("noise", "shift"), None, seed), tmp_path / str(len(of) + seed)).copies

    one, other = copies(1), copies(2)
    assert one.shape == (len(clips), 2, 40)
    assert np.abs(one - other).max() > 0.1
    # Noise changes the timbre, a shift hardly.
    clean = prepare(clips, values_of("mfcc", (), None, 0), tmp_path / "clean").clean
    changed = np.abs(one - clean[:, None]).mean(axis=(0, 2))
    assert changed[0] > 3 * changed[1] > 0
    np.testing.assert_array_equal(copies(1, clips[:0:-1]), one[:0:-1])


def test_noise_comes_from_the_folder_given_and_other_noises_are_other_values(clips, tmp_path):
    def with_noises(hz):
        folder = tmp_path / str(hz) / "noise_train"
        folder.mkdir(parents=True)
        soundfile.write(folder / "Hum_1.wav", np.sin(2 * np.pi * hz * np.arange(16_000) / 16_000), 16_000)
        return prepare(clips[:2], values_of("mfcc-mel", ("noise",), folder.parent, 0), tmp_path / "cache").copies

    low, high = with_noises(100), with_noises(6000)
    # The last mel bands lie around 6 kHz and higher.
    assert (high[:, 0, -20:].max(axis=1) > low[:, 0, -20:].max(axis=1) + 6).all()


def test_a_noise_that_cannot_be_used_is_named(clips, tmp_path):
    (tmp_path / "noises").mkdir()
    (tmp_path / "noises" / "Hum_1.wav").write_bytes(b"no sound")
    with pytest.raises(CorpusError, match=r"Hum_1\.wav"):
        prepare(clips[:1], values_of("mfcc", ("noise",), tmp_path / "noises", 0), tmp_path / "cache")
