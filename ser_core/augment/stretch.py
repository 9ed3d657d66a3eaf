"""Tempo without pitch, by a phase vocoder."""

from ser_core.dsp.phase_vocoder import stretch
from ser_core.records import Clip


def stretched(clip: Clip, factor: float) -> Clip:
    """The clip spoken `factor` times as fast; pitch and formants stay."""
    return Clip(stretch(clip.samples, factor), clip.rate_hz)
