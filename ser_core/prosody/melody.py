"""Measures of the pitch contour: how high it is, how wide, and whether it ends rising or falling."""

import numpy as np

from ser_core.arrays import DoubleArray
from ser_core.dsp.pitch import HOP_S, PitchContour
from ser_core.dsp.runs import true_runs

# The middle 95 percent, so that an octave error in a frame or two, or a squeak, does not affect the range.
RANGE_QUANTILES = (0.025, 0.975)
_MIN_FRAMES = 10
# How a sentence ends depends on the last stretch of voice: at most its last 0.3 s.
_FINAL_FRAMES = 30
_MIN_FINAL_FRAMES = 8
_LARGEST_MOVEMENT = 12.0


def pitch_median_hz(pitch: PitchContour) -> float | None:
    """Median over voiced frames in Hz; None with less than 0.1 s of voice."""
    f0 = pitch.f0_hz[pitch.voiced]
    return float(np.median(f0)) if f0.size >= _MIN_FRAMES else None


def pitch_range_semitones(pitch: PitchContour) -> float | None:
    """Width of the middle 95 percent of voiced frames in semitones; None with less than 0.1 s of voice.

    A steady glide of one octave has a range of 0.95 x 12 = 11.4 semitones.
    """
    semitones = _smooth(pitch.semitones())
    semitones = semitones[np.isfinite(semitones)]
    if semitones.size < _MIN_FRAMES:
        return None
    low, high = np.quantile(semitones, RANGE_QUANTILES)
    return float(high - low)


def pitch_final_semitones(pitch: PitchContour) -> float | None:
    """Rise (above 0) or fall (below 0) over the last 0.3 s of voice at most, in semitones.

    The slope of a straight line through the last 30 voiced frames of the last voiced stretch, times its length. None
    when that stretch has fewer than 8 frames or seems to move by more than an octave: then the voice became creaky,
    and its pitch before that is unknown.
    """
    runs = true_runs(pitch.voiced)
    if not runs:
        return None
    start, end = runs[-1]
    semitones = _smooth(pitch.semitones())[max(start, end - _FINAL_FRAMES) : end]
    if semitones.size < _MIN_FINAL_FRAMES:
        return None
    slope = np.polyfit(np.arange(semitones.size) * HOP_S, semitones, 1)[0]
    movement = float(slope * semitones.size * HOP_S)
    return movement if abs(movement) <= _LARGEST_MOVEMENT else None


def _smooth(semitones: DoubleArray) -> DoubleArray:
    """Median of three neighbours where all three are voiced."""
    smooth = semitones.copy()
    if semitones.size >= 3:
        smooth[1:-1] = np.median(np.lib.stride_tricks.sliding_window_view(semitones, 3), axis=1)
    return np.where(np.isfinite(smooth), smooth, semitones)
