"""The two representations of a clip that the measures use: its level and its power spectrum every 10 ms."""

from dataclasses import dataclass

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray
from ser_core.dsp.pitch import hop_times
from ser_core.dsp.stft import centred_frames, hann, power_of_frames
from ser_core.dsp.transforms import fast_length
from ser_core.records import Clip

# Long enough for two periods of a low voice, short enough that the edge of a pause is read to 10 ms.
_WINDOW_S = 0.025
# Level of digital silence, below the quantisation noise of 16 bits (-98 dBFS).
SILENCE_DB = -100.0


@dataclass(frozen=True, eq=False)
class Frames:
    """Level and spectrum of a clip every 10 ms, at the times of its pitch contour.

    Attributes:
        times_s: float64, shape (frames,): middle of each frame in seconds.
        level_db: float64, shape (frames,): RMS level in dBFS (a full-scale sine is -3.01); at least -100.
        frequencies_hz: float64, shape (bins,).
        power: float32, shape (frames, bins): power density of each frame, in full scale squared per hertz.
    """

    times_s: DoubleArray
    level_db: DoubleArray
    frequencies_hz: DoubleArray
    power: FloatArray


def cut_frames(clip: Clip) -> Frames:
    """Hann-windowed frames of 25 ms every 10 ms; the level is that of the window's mean power."""
    width = int(_WINDOW_S * clip.rate_hz)
    window = hann(width)
    weight = float(np.sum(window**2))
    size = fast_length(width)
    times_s, middles = hop_times(clip)
    samples = clip.samples - clip.samples.mean() if clip.samples.size else clip.samples
    cut = centred_frames(samples, width)[middles]
    # One-sided density: the sum over all bins is the mean square.
    power = power_of_frames(cut, window, size) * np.float32(2.0 / (weight * clip.rate_hz))
    mean_square = np.sum((cut * window).astype(np.float64) ** 2, axis=1) / weight
    level_db = 10.0 * np.log10(np.maximum(mean_square, 10.0 ** (SILENCE_DB / 10.0)))
    frequencies_hz: DoubleArray = np.asarray(np.fft.rfftfreq(size, 1.0 / clip.rate_hz))
    return Frames(times_s, level_db, frequencies_hz, power)
