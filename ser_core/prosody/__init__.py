"""Delivery in numbers: pitch, loudness, pace, pauses, voice quality and spectral tilt."""

from ser_core.prosody.measure import Prosody, measure_prosody
from ser_core.prosody.measures import MEASURES, MeasureInfo
from ser_core.prosody.pauses import Pause

__all__ = [
    "MEASURES",
    "MeasureInfo",
    "Pause",
    "Prosody",
    "measure_prosody",
]
