"""What is made of recordings: once each, whoever asks, and known by what the recordings hold."""

import shutil
from dataclasses import dataclass

import numpy as np
import pytest

from ser_core.audio import read_clip
from ser_core.corpora import load_corpus
from ser_core.errors import AudioError
from ser_core.training.data import cache
from ser_core.training.data.cache import _made, make


@dataclass(frozen=True)
class Length:
    """Samples of a recording, twice, the second time with what its speaker's recordings make of chance."""

    name: str = "length"
    hears_others: bool = False

    def make(self, source, clip, shared):
        shared["made by"] = [*shared.get("made by", ()), self.name]
        n = len(clip.samples)
        talkers = source.talkers(source.rng(0, self.name)) if self.hears_others else [clip.samples[:3]]
        return [np.full((n % 7 + 1, 2), n), np.array([[len(talkers), talkers[0][0]]])]


@pytest.fixture
def clips(tones):
    return tones[::12]


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch):
    """Joblib's processes take seconds to start, and have no lists to write to."""
    monkeypatch.setattr(cache, "_made", lambda sources, makings: (cache._make_one(s, makings) for s in sources))


def test_what_is_made_is_kept_wherever_the_recordings_lie(clips, tiny_corpus, tmp_path):
    seen = []

    def made(of, *makings):
        return make(of, makings, tmp_path / "cache", lambda *done: seen.append(done))

    first = made(clips, Length(), Length("again"))
    assert seen == [(i + 1, len(clips)) for i in range(len(clips))]
    lengths = [len(read_clip(u.path).samples) for u in clips]
    assert [int(one[0, 0]) for one, _ in first["length"]] == lengths
    assert [len(one) for one, _ in first["length"]] == [n % 7 + 1 for n in lengths]
    seen.clear()
    shutil.copytree(tiny_corpus, tmp_path / "moved")
    moved = load_corpus("folder", tmp_path / "moved")[::12]
    again = made(moved[::-1], Length())["length"]
    assert seen == []
    for (one, two), (same, same_two) in zip(again, first["length"][::-1], strict=True):
        np.testing.assert_array_equal(one, same)
        np.testing.assert_array_equal(two, same_two)


def test_each_recording_is_decoded_once_for_all_that_is_made_of_it(clips, tmp_path, monkeypatch):
    decoded = []
    monkeypatch.setattr(cache.audio, "read_clip", lambda path: decoded.append(path) or read_clip(path))
    make(clips, (Length(), Length("again")), tmp_path)
    assert decoded == [u.path for u in clips]


def test_the_first_recording_is_made_before_other_processes_start(monkeypatch):
    order: list[object] = []
    monkeypatch.setattr(cache, "_make_one", lambda source, makings: order.append(source) or [source])

    def elsewhere(tasks):
        order.append("processes")
        return [function(*given, **named) for function, given, named in tasks]

    monkeypatch.setattr(cache, "Parallel", lambda **options: elsewhere)
    assert list(_made(["first", "second", "third"], [Length()])) == [["first"], ["second"], ["third"]]
    assert order == ["first", "processes", "second", "third"]
    assert list(_made([], [Length()])) == []


def test_only_the_speakers_own_recordings_are_heard_behind_a_voice(tones, tmp_path):
    ann = [u for u in tones if u.speaker == "ann"]
    with_others = Length("with others", hears_others=True)
    alone = make(ann, [with_others], tmp_path / "alone")["with others"]
    among_all = make(tones, [with_others], tmp_path / "all")["with others"]
    of_ann = [one for one, u in zip(among_all, tones, strict=True) if u.speaker == "ann"]
    for one, same in zip(alone, of_ann, strict=True):
        np.testing.assert_array_equal(one[1], same[1])
    assert alone[0][1][0, 0] == 8
    # With fewer recordings of the voice there is other babble, and nothing is mixed up.
    fewer = make(ann[:2], [with_others], tmp_path / "alone")["with others"]
    assert not np.array_equal(fewer[0][1], alone[0][1])


def test_an_interruption_costs_what_was_not_written_yet(clips, tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_CHUNK", 2)

    class StopHereError(Exception):
        pass

    def interrupt(done, total):
        if done == 3:
            raise StopHereError

    with pytest.raises(StopHereError):
        make(clips, [Length()], tmp_path, interrupt)
    seen = []
    make(clips, [Length()], tmp_path, lambda done, total: seen.append(total))
    assert seen[-1] == len(clips) - 2


def test_a_broken_recording_is_named(tmp_path):
    broken = tmp_path / "corpus" / "angry" / "ann" / "1.wav"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"no sound")
    with pytest.raises(AudioError, match=r"1\.wav"):
        make(load_corpus("folder", tmp_path / "corpus"), [Length()], tmp_path / "cache")
