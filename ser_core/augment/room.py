"""Reverberation of a small room."""

import numpy as np
from scipy import fft

from ser_core.records import Clip


def in_room(clip: Clip, rt60_s: float, direct_to_reverberant_db: float, rng: np.random.Generator) -> Clip:
    """The clip as heard in a room: the direct sound, then noise that decays by 60 dB in `rt60_s`.

    Exponentially decaying Gaussian noise is the classic model of a diffuse tail (Polack 1988). The energy of the direct
    sound is `direct_to_reverberant_db` above that of the tail. Length and start stay the same.
    """
    n_tail = max(1, round(rt60_s * clip.rate_hz))
    decay = 10 ** (-3 * np.arange(n_tail) / n_tail)
    tail = rng.standard_normal(n_tail) * decay
    tail *= 10 ** (-direct_to_reverberant_db / 20) / np.sqrt(np.sum(tail**2))
    n = len(clip.samples)
    size = fft.next_fast_len(n + n_tail)
    reverberation = fft.irfft(fft.rfft(clip.samples, size) * fft.rfft(tail, size), size)[:n]
    return Clip((clip.samples + reverberation).astype(np.float32), clip.rate_hz)
