"""Playback speed: pace and pitch together, as on a tape."""

import soxr

from ser_core.records import Clip


def at_speed(clip: Clip, factor: float) -> Clip:
    """The clip played `factor` times as fast; pitch and formants rise by the same factor.

    To a model this is another speaker of the same emotion (Ko et al. 2015).
    """
    samples = soxr.resample(clip.samples, clip.rate_hz * factor, clip.rate_hz, quality="HQ")
    return Clip(samples, clip.rate_hz)
