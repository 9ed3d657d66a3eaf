"""Wording of the place of the evidence for an answer."""

import math
from typing import Protocol

from ser_core.arrays import FloatArray
from ser_core.language import _


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
        return _("all over the sound, no single place decides")
    moment = _("all along")
    if saliency.moment_s:
        first_s, last_s = (start_s + at_s for at_s in saliency.moment_s)
        moment = _("mostly {start:.1f} s to {end:.1f} s", start=first_s, end=last_s)
    return f"{moment}, {_pitches(saliency)}"


def _pitches(saliency: Located) -> str:
    if saliency.range_hz is None:
        return _("from low to bright")
    low, high = (_round_hz(hz) for hz in saliency.range_hz)
    if saliency.range_hz[0] < saliency.frequencies_hz[0]:
        return _("in the low range below {high} Hz", high=high)
    if saliency.range_hz[1] > saliency.frequencies_hz[-1]:
        return _("in the bright range above {low} Hz", low=low)
    return _("in the middle range from {low} to {high} Hz", low=low, high=high)


def _round_hz(hz: float) -> str:
    """To two digits: a band is no narrower than that."""
    step = 10 ** max(1, math.floor(math.log10(max(hz, 10))) - 1)
    return f"{round(hz / step) * step}"
