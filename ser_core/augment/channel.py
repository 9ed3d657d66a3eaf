"""What a cheap microphone or a telephone does to a voice."""

import numpy as np
from scipy import fft

from ser_core.records import Clip

_ORDER = 8  # of the Butterworth-shaped slopes: about 48 dB an octave, as steep as a telephone's


def band_limited(clip: Clip, low_hz: float, high_hz: float) -> Clip:
    """The clip limited to the band from `low_hz` to `high_hz` (300 to 3400 is a telephone)."""
    n = len(clip.samples)
    size = fft.next_fast_len(n)
    hz = fft.rfftfreq(size, 1 / clip.rate_hz)
    gain = 1 / np.sqrt(1 + (hz / high_hz) ** (2 * _ORDER))
    gain /= np.sqrt(1 + (low_hz / np.maximum(hz, 1e-3)) ** (2 * _ORDER))
    filtered = fft.irfft(fft.rfft(clip.samples, size) * gain, size)[:n]
    return Clip(filtered.astype(np.float32), clip.rate_hz)


def saturated(clip: Clip, overdrive_db: float) -> Clip:
    """The clip as clipped by a recorder set `overdrive_db` too loud, scaled back to a peak of 1."""
    peak = np.abs(clip.samples).max()
    ceiling = peak * 10 ** (-overdrive_db / 20)
    if ceiling == 0:
        return clip
    return Clip((np.clip(clip.samples, -ceiling, ceiling) / ceiling).astype(np.float32), clip.rate_hz)
