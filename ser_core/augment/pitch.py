"""Pitch without tempo, by a phase vocoder and resampling."""

import numpy as np
import soxr

from ser_core.dsp.phase_vocoder import stretch
from ser_core.records import Clip


def at_pitch(clip: Clip, semitones: float) -> Clip:
    """The clip `semitones` higher (lower where negative), as long as before: `librosa.effects.pitch_shift`.

    Formants move along: a large shift makes another voice, not another mood.
    """
    factor = 2 ** (semitones / 12)
    n = len(clip.samples)
    moved = soxr.resample(stretch(clip.samples, 1 / factor), clip.rate_hz * factor, clip.rate_hz, quality="HQ")[:n]
    return Clip(np.pad(moved, (0, n - len(moved))), clip.rate_hz)
