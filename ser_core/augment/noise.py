"""Noise of a chosen colour, or another recording, mixed in at a chosen signal-to-noise ratio."""

import numpy as np

from ser_core.arrays import Samples
from ser_core.records import Clip


def coloured_noise(n: int, slope_db_per_octave: float, rng: np.random.Generator) -> Samples:
    """Gaussian noise whose power falls by `slope_db_per_octave`: 0 is white, 3 pink, 6 brown.

    Returns float32 of shape (n,) with a mean square of 1.
    """
    spectrum = np.fft.rfft(rng.standard_normal(n))
    octaves = np.log2(np.maximum(np.arange(len(spectrum)), 1))
    noise = np.fft.irfft(spectrum * 10 ** (-slope_db_per_octave * octaves / 20), n)
    return (noise / np.sqrt(np.mean(noise**2))).astype(np.float32)


def with_noise(clip: Clip, noise: Samples, snr_db: float) -> Clip:
    """The clip with `noise` added at `snr_db`, the ratio of their mean squares.

    Noise shorter than the clip is repeated, longer noise is cut. Silent noise changes nothing.
    """
    noise = np.resize(noise, clip.samples.shape)
    noise_power = np.mean(noise**2)
    if noise_power == 0:
        return clip
    gain = np.sqrt(np.mean(clip.samples**2) / noise_power) * 10 ** (-snr_db / 20)
    return Clip((clip.samples + gain * noise).astype(np.float32), clip.rate_hz)
