"""How steeply the voice's spectrum falls: steeply in soft voices, less in loud and tense ones."""

import numpy as np

from ser_core.arrays import Mask
from ser_core.prosody.frames import Frames

# Octave-wide bands, a third of an octave apart, within a telephone's band (300 to 3400 Hz), so that the value means the
# same there. An octave always contains a harmonic of voices below 300 Hz.
_CENTRES_HZ = 425.0 * 2.0 ** (np.arange(8) / 3.0)
_MIN_VOICED_FRAMES = 10


def tilt_db_per_octave(frames: Frames, voiced: Mask) -> float | None:
    """Slope of the long-term spectrum of voiced speech in dB per octave, from 300 to 3400 Hz.

    A straight line is fitted to the mean power density of eight octave-wide bands over the logarithm of their centre.
    It does not depend on gain. The measure follows the slopes of the long-term average spectrum in Eyben et al. 2016,
    "The Geneva Minimalistic Acoustic Parameter Set", IEEE Trans. Affective Computing 7(2), but with a logarithmic
    frequency axis. None with less than 0.1 s of voice.
    """
    if np.count_nonzero(voiced) < _MIN_VOICED_FRAMES:
        return None
    density = frames.power[voiced].mean(axis=0, dtype=np.float64)
    bands = []
    for centre in _CENTRES_HZ:
        inside = (frames.frequencies_hz >= centre / np.sqrt(2)) & (frames.frequencies_hz < centre * np.sqrt(2))
        bands.append(density[inside].mean())
    level = 10.0 * np.log10(np.maximum(bands, 1e-20))
    return float(np.polyfit(np.log2(_CENTRES_HZ), level, 1)[0])
