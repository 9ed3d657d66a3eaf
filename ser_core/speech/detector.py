"""The decision: a logistic regression on the measures of a few seconds, and a rule for longer sounds.

The weights in `data/speech.json` were fitted by `python -m benchmarks.speech --write`; benchmarks/speech.md describes
the training data and the accuracy.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ser_core.arrays import DoubleArray, Mask, Samples
from ser_core.errors import SerError
from ser_core.records import Clip
from ser_core.speech.measures import MEASURES, measure_sound

PATH = Path(__file__).parent.parent / "data" / "speech.json"

# Long enough for a dozen syllables, on which the weights were fitted.
WINDOW_S = 3.5
# A shorter rest is judged only if there is nothing else: a little sound says little.
_SHORTEST_REST_S = WINDOW_S / 2
# Windows this far below the loudest one contain only the room, so they do not count.
_QUIET_DB = 30.0
# A recording is speech if one in ten of its windows is. Among many windows of music, the best are slightly like speech
# by chance, while windows of speech are far above the threshold. So from 28 s on they have to exceed it by an amount
# that few windows of music reach and most windows of speech do (chosen on the tracks of benchmarks/speech/packages.py).
_ONE_IN = 10
_MANY = 8
_EXCESS = 5.0
# Measures are limited to this many deviations from their mean: squared, an outlier would outweigh all others.
CLIP_DEVIATIONS = 4.0


@dataclass(frozen=True, eq=False)
class Weights:
    """A logistic regression on standardised measures and their squares.

    Attributes:
        mean, deviation: mean and deviation of each measure over the training sounds, in the order of MEASURES.
        linear, square: weights of the standardised measure and of its square.
        intercept: log-odds when every measure is at its mean.
        threshold: log-odds from which a sound counts as speech.
    """

    mean: DoubleArray
    deviation: DoubleArray
    linear: DoubleArray
    square: DoubleArray
    intercept: float
    threshold: float

    def evidence(self, measures: DoubleArray) -> DoubleArray:
        """How much sounds are like speech, shape (...), from measures of shape (..., measures): log-odds above the
        threshold, where 0 and more means speech. An unknown measure (NaN) counts as its mean.
        """
        z = standardised(measures, self.mean, self.deviation)
        return self.intercept + z @ self.linear + z**2 @ self.square - self.threshold


def standardised(measures: DoubleArray, mean: DoubleArray, deviation: DoubleArray) -> DoubleArray:
    """Measures, shape (..., measures), in deviations from their mean, at most four; 0 if unknown."""
    return np.clip(np.nan_to_num((measures - mean) / deviation), -CLIP_DEVIATIONS, CLIP_DEVIATIONS)


@cache
def load_weights(path: Path = PATH) -> Weights:
    """The committed weights. Raises SerError when they are for other measures than those in the code."""
    content = json.loads(path.read_text(encoding="utf-8"))
    if tuple(content["measures"]) != MEASURES:
        raise SerError(
            f"{path} was fitted for other measures than these. Fit it again: python -m benchmarks.speech --write."
        )
    of_each = {
        name: np.array([one[name] for one in content["measures"].values()])
        for name in ("mean", "deviation", "linear", "square")
    }
    return Weights(**of_each, intercept=content["intercept"], threshold=content["threshold"])


def sounds_like_speech(clip: Clip) -> bool:
    """Whether somebody speaks in a clip of any length. Raises AudioError when it is empty or not at 16 kHz."""
    meter = SpeechMeter()
    meter.add(clip)
    return meter.heard.is_speech()


@dataclass(frozen=True, eq=False)
class Heard:
    """Windows of a recording.

    Attributes:
        middles_s: moment of the middle of each in the recording, shape (windows,).
        levels_db: level of each, shape (windows,).
        measures: `measure_sound` of each, shape (windows, measures).
    """

    middles_s: DoubleArray
    levels_db: DoubleArray
    measures: DoubleArray

    def evidence(self, weights: Weights) -> float:
        """How much the recording is like speech: 0 and more means speech, as in `Weights.evidence` for a window."""
        loud = self.measures[self.levels_db > self.levels_db.max() - _QUIET_DB]
        ranked = np.sort(weights.evidence(loud))[::-1]
        return float(ranked[(len(loud) - 1) // _ONE_IN]) - (_EXCESS if len(loud) >= _MANY else 0.0)

    def is_speech(self) -> bool:
        """Whether somebody speaks in the recording."""
        return self.evidence(load_weights()) >= 0

    def with_speech(self, moments_s: npt.ArrayLike) -> Mask:
        """Whether there may be speech at each of these moments: if there is, in the window before or after it (by their
        middles). A single window never counts as a stretch without speech, so that no word is lost to a single error.
        """
        speaks = np.concatenate([[False], load_weights().evidence(self.measures) >= 0, [False]])
        after = np.searchsorted(self.middles_s, np.asarray(moments_s))
        return speaks[after] | speaks[after + 1]


class SpeechMeter:
    """Detects speech in a recording that arrives in blocks, holding no more than one window of it.

    `every_s` is the interval between windows: in an hour, not every one has to be judged.
    """

    def __init__(self, every_s: float = WINDOW_S) -> None:
        self._gap_s = max(0.0, every_s - WINDOW_S)
        self._held = np.zeros(0, dtype=np.float32)
        self._rate_hz = 0
        self._skip = 0
        self._held_from_s = 0.0
        self._windows: list[tuple[float, float, DoubleArray]] = []

    def add(self, block: Clip) -> None:
        """Adds the next block. Raises AudioError as `measure_sound` does."""
        self._rate_hz = block.rate_hz
        size, gap = round(WINDOW_S * block.rate_hz), round(self._gap_s * block.rate_hz)
        held = np.concatenate([self._held, block.samples])
        while len(held) > self._skip + size:
            self._windows.append(self._measured(held[self._skip : self._skip + size]))
            held = held[self._skip + size :]
            self._held_from_s += (self._skip + size) / block.rate_hz
            self._skip = gap
        self._held = held

    def watch(self, blocks: Iterable[Clip]) -> Iterator[Clip]:
        """Passes the blocks through, adding each on the way."""
        for block in blocks:
            self.add(block)
            yield block

    @property
    def heard(self) -> Heard:
        """The windows of everything that was added. Raises AudioError when nothing was."""
        windows = list(self._windows)
        rest = self._held[self._skip :]
        if not windows or len(rest) >= _SHORTEST_REST_S * self._rate_hz:
            windows.append(self._measured(rest))
        middles_s, levels_db, measures = zip(*windows, strict=True)
        return Heard(np.array(middles_s), np.array(levels_db), np.array(measures))

    def _measured(self, samples: Samples) -> tuple[float, float, DoubleArray]:
        measures = measure_sound(Clip(samples, self._rate_hz))  # raises AudioError for an empty clip
        middle_s = self._held_from_s + (self._skip + len(samples) / 2) / self._rate_hz
        return middle_s, _level_db(samples), measures


def _level_db(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12))
