"""The two pictures of a clip that the other measures read: its level and its power spectrum every 10 ms."""

from dataclasses import dataclass

import numpy as np
from scipy import fft

from ser_core.arrays import DoubleArray, FloatArray
from ser_core.prosody.pitch import HOP_S
from ser_core.records import Clip

# Long enough for two periods of a low voice, short enough that the edge of a pause is read to 10 ms.
_WINDOW_S = 0.025
# Stands for digital silence, under the quantisation noise of 16 bits (-98 dBFS).
SILENCE_DB = -100.0


@dataclass(frozen=True, eq=False)
class Frames:
    """Level and spectrum of a clip every 10 ms, at the times of its pitch contour.

    Attributes:
        times_s: float64, shape (frames,): middle of each frame in seconds.
        level_db: float64, shape (frames,): RMS level in dBFS where a full-scale sine is -3.01; -100 at least.
        frequencies_hz: float64, shape (bins,).
        power: float32, shape (frames, bins): power density of each frame, full scale squared a hertz.
    """

    times_s: DoubleArray
    level_db: DoubleArray
    frequencies_hz: DoubleArray
    power: FloatArray


def cut_frames(clip: Clip) -> Frames:
    """Hann-windowed frames of 25 ms every 10 ms; a level is that of the window's mean power."""
    width = int(_WINDOW_S * clip.rate_hz) // 2 * 2
    window = np.hanning(width + 2)[1:-1].astype(np.float32)
    weight = float(np.sum(window**2))
    size = fft.next_fast_len(width, real=True)
    n_frames = max(1, int(len(clip.samples) / clip.rate_hz / HOP_S))
    times_s: DoubleArray = (np.arange(n_frames, dtype=np.float64) + 0.5) * HOP_S
    samples = clip.samples - clip.samples.mean() if clip.samples.size else clip.samples
    padded = np.concatenate([np.zeros(width, np.float32), samples, np.zeros(width, np.float32)])
    starts = np.round(times_s * clip.rate_hz).astype(int) + width - width // 2
    cut = np.lib.stride_tricks.sliding_window_view(padded, width)[starts] * window
    spectrum = fft.rfft(cut, size, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    power *= 2.0 / (weight * clip.rate_hz)  # one-sided density: the sum over all bins is the mean square
    mean_square = np.sum(cut.astype(np.float64) ** 2, axis=1) / weight
    level_db = 10.0 * np.log10(np.maximum(mean_square, 10.0 ** (SILENCE_DB / 10.0)))
    frequencies_hz: DoubleArray = np.asarray(fft.rfftfreq(size, 1.0 / clip.rate_hz))
    return Frames(times_s, level_db, frequencies_hz, power)
