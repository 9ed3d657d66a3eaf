"""Conversations made of the synthetic voices, and courses of answers, for tests."""

import io

import numpy as np
import soundfile

from ser_core.audio import read_clip
from ser_core.claim import ClaimKind
from ser_core.labels import Emotion
from ser_core.records import Prediction, Segment
from tests.conftest import RATE_HZ
from ui.shared.samples import samples


def voice(number: int, duration_s: float) -> np.ndarray:
    """One of the synthetic voices, over and over, shape (n,)."""
    return np.resize(read_clip(samples()[number].path).samples, round(duration_s * RATE_HZ))


def wav(*channels: np.ndarray) -> bytes:
    """A WAV file of these channels."""
    file = io.BytesIO()
    soundfile.write(file, np.column_stack(channels), RATE_HZ, format="WAV")
    return file.getvalue()


def a_call(turns: int = 4, turn_s: float = 6.0, pause_s: float = 1.0, crosstalk: float = 0.0) -> tuple[np.ndarray, ...]:
    """Two voices in turn, each on its own channel, in the room's faint noise; each leaks into the other's channel."""
    length = round((turn_s + pause_s) * RATE_HZ)
    sides = np.zeros((2, turns * length), np.float32)
    for turn in range(turns):
        side = turn % 2
        start = turn * length
        sides[side, start : start + round(turn_s * RATE_HZ)] = voice(side, turn_s)
    noise = np.random.default_rng(0).normal(0, 1e-4, sides.shape).astype(np.float32)
    return tuple(sides + crosstalk * sides[::-1] + noise)


def answers(*course: tuple[Emotion, float, float], pause_s: float = 0.0) -> tuple[Segment, ...]:
    """Answers of three seconds each: an emotion with its probability, for so many seconds, one after the other."""
    segments = []
    at_s = 0.0
    for emotion, score, length_s in course:
        rest = (1 - score) / (len(Emotion) - 1)
        scores = {each: score if each is emotion else rest for each in Emotion}
        for _ in range(round(length_s / 3)):
            segments.append(Segment(at_s, at_s + 3, Prediction(scores, "m", ClaimKind.ONE_EMOTION)))
            at_s += 3 + pause_s
    return tuple(segments)
