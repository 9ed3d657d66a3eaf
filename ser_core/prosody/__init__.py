"""Delivery in numbers: pitch, loudness, pace, pauses, voice quality and spectral tilt."""

from ser_core.prosody.measure import Prosody, measure_prosody
from ser_core.prosody.measures import MEASURES, MeasureInfo
from ser_core.prosody.pauses import Pause
from ser_core.prosody.pitch import PitchContour, track_pitch

__all__ = [
    "MEASURES",
    "MeasureInfo",
    "Pause",
    "PitchContour",
    "Prosody",
    "measure_prosody",
    "track_pitch",
]
