from pathlib import Path

import numpy as np
import pytest
import soundfile

from ser_core.corpora import Utterance
from ser_core.labels import Emotion
from ser_core.training.whisper.pack import RATE_HZ, Pack, pack_of, read_pack, write_pack


@pytest.fixture
def utterances(tmp_path: Path) -> list[Utterance]:
    found = []
    for speaker, (hz, corpus) in enumerate(((300, "crema-d"), (500, "crema-d"), (800, "plain"))):
        tone = 0.1 * np.sin(2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ)
        silence = np.zeros(RATE_HZ // 2)
        path = tmp_path / f"{hz}.wav"
        soundfile.write(path, np.concatenate([silence, tone, silence]), RATE_HZ)
        found.append(Utterance(path, Emotion.SAD, corpus, str(speaker)))
    return found


def check(pack: Pack) -> None:
    assert list(pack.name) == ["300.wav", "500.wav", "800.wav"]
    # What nobody acted has no emotion.
    assert pack.emotion.tolist() == [list(Emotion).index(Emotion.SAD)] * 2 + [-1]
    assert pack.voice.tolist() == ["crema-d:0", "crema-d:1", "plain:2"]
    for start, length, hz in zip(pack.start, pack.length, (300, 500, 800), strict=True):
        assert 1.0 <= length / RATE_HZ <= 1.2
        clip = pack.samples[start : start + length] / 32768
        assert 0.6 < np.abs(clip).max() < 0.85
        spectrum = np.abs(np.fft.rfft(clip * np.hanning(len(clip))))
        assert abs(spectrum.argmax() * RATE_HZ / len(clip) - hz) < 5


def test_clips_are_trimmed_and_lie_where_the_index_says(utterances: list[Utterance]):
    told: list[tuple[int, int]] = []
    check(pack_of(utterances, lambda done, total: told.append((done, total))))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_packed_clips_come_back_in_their_place(utterances: list[Utterance], tmp_path: Path):
    assert write_pack(utterances, tmp_path / "pack", {}, 48.0, n_streams=2, jobs=1) == utterances
    check(read_pack(tmp_path / "pack", jobs=1))
