"""Wording of the place of the evidence for an answer."""

import math
from typing import Protocol

from ser_core.arrays import FloatArray


class Located(Protocol):
    """A `Saliency`: which moment and which range of frequency stand out, among which bands."""

    @property
    def moment_s(self) -> tuple[float, float] | None:
        """Start and end; None when no moment stands out."""

    @property
    def range_hz(self) -> tuple[float, float] | None:
        """Lower and upper edge; None when no range stands out."""

    @property
    def frequencies_hz(self) -> FloatArray:
        """Middle of each band, shape (bands,)."""


def where(saliency: Located, start_s: float = 0.0) -> str:
    """Where most of the evidence lies, such as "mostly 0.8 s to 1.4 s, in the bright range above 2000 Hz".

    `start_s` is what the moments are counted from.
    """
    if saliency.moment_s is None and saliency.range_hz is None:
        return "all over the sound, no single place decides"
    moment = "all along"
    if saliency.moment_s:
        moment = "mostly " + " to ".join(f"{start_s + at_s:.1f} s" for at_s in saliency.moment_s)
    return f"{moment}, {_pitches(saliency)}"


def _pitches(saliency: Located) -> str:
    if saliency.range_hz is None:
        return "from low to bright"
    low_hz, high_hz = saliency.range_hz
    if low_hz < saliency.frequencies_hz[0]:
        return f"in the low range below {_round_hz(high_hz)} Hz"
    if high_hz > saliency.frequencies_hz[-1]:
        return f"in the bright range above {_round_hz(low_hz)} Hz"
    return f"in the middle range from {_round_hz(low_hz)} to {_round_hz(high_hz)} Hz"


def _round_hz(hz: float) -> str:
    """To two digits: a band is no narrower than that."""
    step = 10 ** max(1, math.floor(math.log10(max(hz, 10))) - 1)
    return f"{round(hz / step) * step}"
