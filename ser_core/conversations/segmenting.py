"""Cuts speech into segments while a recording is heard, step by step."""

from dataclasses import dataclass

import numpy as np

from ser_core.arrays import FloatArray
from ser_core.speech import Heard
from ser_core.speech.silero import STEP_S

# A longer stretch is cut, where speech is least probable in the second half of this. Twice as long, a pass of the
# encoder and its margins take the same time a second, and twice the memory.
LONGEST_S = 6.0
# Speech goes on after a pause of 0.3 s, and what is too short for a word depends on half a second: a stretch that ends
# this long before the last step is over.
_OVER_STEPS = 16
# What has not become speech in so long a time is let go of.
_WAIT_STEPS = round(30 / STEP_S)
_LONGEST_STEPS = round(LONGEST_S / STEP_S)


@dataclass(frozen=True)
class SpeechSegment:
    """Speech from `start_s` to `end_s`, of little more than `LONGEST_S` seconds at most.

    Attributes:
        goes_on_before, goes_on_after: whether it was cut from speech that goes on there.
    """

    start_s: float
    end_s: float
    goes_on_before: bool = False
    goes_on_after: bool = False


class Segmenter:
    """Segments of speech from how probable speech is in each step of 32 ms; `Heard.stretches` defines what speech is.

    The segments do not depend on how many steps come at a time. Holds no more than half a minute of steps.
    """

    def __init__(self) -> None:
        self._steps: FloatArray = np.zeros(0, np.float32)
        self._first = 0
        self._cut = False

    @property
    def needed_from_s(self) -> float:
        """Sound before this moment will be in no further segment."""
        return self._first * STEP_S

    def add(self, probabilities: FloatArray) -> list[SpeechSegment]:
        """The segments that are complete with these further steps, shape (steps,)."""
        self._steps = np.concatenate([self._steps, probabilities])
        found = list(iter(self._next, None))
        if len(self._steps) > _WAIT_STEPS:
            self._drop(len(self._steps) - _WAIT_STEPS)
        return found

    def end(self, duration_s: float) -> list[SpeechSegment]:
        """The segments that are left at the end of the recording."""
        self._steps = np.pad(self._steps, (0, 2 * _OVER_STEPS))
        ending = self.add(np.zeros(0, np.float32))
        return [
            SpeechSegment(each.start_s, min(each.end_s, duration_s), each.goes_on_before, each.goes_on_after)
            for each in ending
        ]

    def _next(self) -> SpeechSegment | None:
        stretches = Heard(len(self._steps) * STEP_S, self._steps, self._steps).stretches
        if not stretches:
            return None
        first = stretches[0]
        start, end = (round(t / STEP_S) for t in (first.start_s, first.end_s))
        offset_s, continues = self._first * STEP_S, self._cut and start == 0
        if end - start > _LONGEST_STEPS + _OVER_STEPS:
            half = start + _LONGEST_STEPS // 2
            cut = half + int(np.argmin(self._steps[half : start + _LONGEST_STEPS]))
            self._drop(cut)
            self._cut = True
            return SpeechSegment(offset_s + first.start_s, offset_s + cut * STEP_S, continues, True)
        if end + _OVER_STEPS > len(self._steps):
            return None
        self._drop(end)
        self._cut = False
        return SpeechSegment(offset_s + first.start_s, offset_s + first.end_s, continues)

    def _drop(self, steps: int) -> None:
        self._steps = self._steps[steps:]
        self._first += steps
