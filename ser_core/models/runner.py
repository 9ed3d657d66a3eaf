"""Runs the model in a folder: from a clip to raw outputs, before anything is claimed.

This is the only place that chooses windows and defines the whole answer. Training calibrates and measures with it, and
serving uses it as well.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np

from ser_core.arrays import DoubleArray
from ser_core.features.windows import is_silent, windows_along
from ser_core.models.card import AnyCard
from ser_core.records import Clip

# The input of a kind of model for a window.
Given = TypeVar("Given")


@dataclass(frozen=True, eq=False)
class Window(Generic[Given]):
    """A stretch of a recording as input for a model.

    Attributes:
        start_s, end_s: the stretch that the answer is for.
        given: the model's input for it, including the sound around it.
    """

    start_s: float
    end_s: float
    given: Given


class Runner(ABC, Generic[Given]):
    """A model of any kind. Safe to share between threads.

    Attributes:
        card: the card of the model.
        window_s: length of its window in seconds.
        step_s: minimum interval between two answers of a timeline, in seconds.
    """

    card: AnyCard
    window_s: float
    step_s: float

    def windows(self, clip: Clip) -> tuple[Window[Given], ...]:
        """The windows for the whole answer of a clip of up to a minute, without silent stretches.

        A single window if the clip fits into it. Raises AudioError as `log_mel` does.
        """
        return self.without_silence(clip, tuple(self._windows(clip)))

    def whole_and_along(self, clip: Clip) -> tuple[tuple[Window[Given], ...], tuple[Window[Given], ...]]:
        """`windows` and, in steps of `step_s`, `along` for a clip of up to a minute. Raises AudioError likewise."""
        return self.windows(clip), tuple(self.along([clip], self.step_s))

    @staticmethod
    def without_silence(clip: Clip, found: Sequence[Window[Given]]) -> tuple[Window[Given], ...]:
        """Those windows of a clip that are not silent; all of them where that leaves none."""
        loud = tuple(window for window in found if not is_silent(clip.between(window.start_s, window.end_s)))
        return loud or tuple(found)

    def along(self, blocks: Iterable[Clip], step_s: float) -> Iterator[Window[Given]]:
        """Windows along a recording that arrives in blocks: one for each step that is not silent, from the sound around
        it. A step is `step_s` long, or `self.step_s` if that is longer. Holds at most two windows of sound.
        """
        for start_s, end_s, sound in windows_along(blocks, self.window_s, max(step_s, self.step_s)):
            if not is_silent(sound):
                yield Window(start_s, end_s, self.prepare(sound))

    def parts(self, clip: Clip, edges_s: Sequence[float]) -> tuple[Window[Given], ...]:
        """One window for each part of a short clip between two neighbours of `edges_s`, moments in it in order."""
        return tuple(
            Window(start_s, end_s, self.prepare(clip.between(start_s, end_s))) for start_s, end_s in pairwise(edges_s)
        )

    def logits(self, clip: Clip) -> DoubleArray:
        """The whole answer for a clip, before the softmax: shape (labels,)."""
        return whole_answer([self.run(window.given) for window in self.windows(clip)])

    @abstractmethod
    def prepare(self, clip: Clip) -> Given:
        """The model's input for a clip that fits into its window."""

    @abstractmethod
    def run(self, given: Given) -> DoubleArray:
        """The answer for one window, before the softmax: shape (labels,)."""

    @abstractmethod
    def _windows(self, clip: Clip) -> Iterable[Window[Given]]:
        """The windows of a clip, silent or not."""


def whole_answer(logits: Sequence[DoubleArray]) -> DoubleArray:
    """The answer for a recording from the logits of its windows, each of shape (labels,): their mean."""
    return np.mean(logits, axis=0, dtype=np.float64)
