"""Pitch without tempo, by a phase vocoder and resampling."""

import numpy as np

from ser_core.records import Clip


def at_pitch(clip: Clip, semitones: float) -> Clip:
    """The clip `semitones` higher (lower where negative), as long as before. librosa is imported by the first call.

    Formants move along: a large shift makes another voice, not another mood.
    """
    from librosa.effects import pitch_shift

    moved = pitch_shift(clip.samples, sr=clip.rate_hz, n_steps=semitones)
    return Clip(moved.astype(np.float32), clip.rate_hz)
