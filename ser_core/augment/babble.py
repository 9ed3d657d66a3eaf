"""A synthetic murmur of many voices, so that no voice of one side of a split gets into the other."""

import numpy as np

from ser_core.arrays import Samples
from ser_core.augment.noise import coloured_noise

# Pitch range of the talkers, men to women, and the rate of their syllables (Greenberg 1999: about four a second).
_PITCH_HZ = (90.0, 240.0)
_SYLLABLES_HZ = (2.5, 5.5)
# Breath and hiss beside each voice, as a share of it.
_BREATH = 0.1


def babble_noise(n: int, n_talkers: int, rate_hz: int, rng: np.random.Generator) -> Samples:
    """`n_talkers` humming in syllables at once. Returns float32 of shape (n,) with a mean square of 1."""
    murmur = np.sum([_talker(n, rate_hz, rng) for _ in range(n_talkers)], axis=0)
    return (murmur / np.sqrt(np.mean(murmur**2))).astype(np.float32)


def _talker(n: int, rate_hz: int, rng: np.random.Generator) -> Samples:
    """A sawtooth, whose harmonics fall by 6 dB an octave as a voice's do, with pitch and level in syllables."""
    time_s = np.arange(n) / rate_hz
    syllable = 2 * np.pi * (rng.uniform(*_SYLLABLES_HZ) * time_s + rng.random())
    level = np.maximum(0, np.sin(syllable)) * (1 + 0.5 * np.sin(syllable / 7))
    pitch_hz = rng.uniform(*_PITCH_HZ) * (1 + 0.1 * np.sin(syllable / 5) + 0.03 * np.sin(syllable))
    phase = (np.cumsum(pitch_hz) / rate_hz + rng.random()) % 1
    voice = 2 * phase - 1
    return (level * (voice + _BREATH * coloured_noise(n, 0, rng))).astype(np.float32)
