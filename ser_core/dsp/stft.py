"""The short-time Fourier transform: one framing, one window, and the powers and decibels derived from them.

A frame is centred on its moment. The window is the periodic Hann window, as in librosa and scipy, so that its shifted
copies add up to a constant. Arrays have one row per frame. Importing librosa (with numba) costs a server seconds and
most of a small machine's memory; these formulas need only numpy. scipy is avoided too: see `transforms`; scipy.signal
alone adds 52 MB to a Streamlit process.
"""

from functools import lru_cache
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from ser_core.arrays import FloatArray, Samples

_Float = TypeVar("_Float", bound=np.floating[Any])

# Frames worked on at once: 512 of 1024 samples take 2 MB, whatever the length of the sound.
FRAMES_AT_ONCE = 512
# So much of them is transformed at a time: it stays in a core's cache, and the C library takes no new memory for it.
_BYTES_AT_ONCE = 64 << 10


@lru_cache(maxsize=16)
def hann(length: int, n_fft: int | None = None) -> FloatArray:
    """Periodic Hann window of `length` centred in `n_fft` zeros, read-only float32, shape (n_fft or length,)."""
    size = n_fft or length
    window = np.zeros(size, dtype=np.float32)
    left = (size - length) // 2
    window[left : left + length] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    window.flags.writeable = False
    return window


def centred_frames(
    samples: npt.NDArray[_Float], length: int, *, beyond: Literal["constant", "edge"] = "constant"
) -> npt.NDArray[_Float]:
    """Every frame of a sound, row m centred on sample m: a read-only view of shape (n + 1, length).

    A hop is a step through its rows. Beyond the ends there are zeros, or the end values if `beyond` is "edge".
    """
    padded = np.pad(samples, (length // 2, length - length // 2), mode=beyond)
    return np.lib.stride_tricks.sliding_window_view(padded, length)


def power_of_frames(
    frames: npt.NDArray[_Float], window: npt.NDArray[_Float], n_fft: int | None = None
) -> npt.NDArray[_Float]:
    """Squared magnitude of the Fourier transform of each windowed frame, (frames, length) to (frames, bins)."""
    count, length = frames.shape
    size = n_fft or length
    at_once = max(1, _BYTES_AT_ONCE // (size * frames.itemsize))
    power = np.empty((count, size // 2 + 1), dtype=frames.dtype)
    windowed = np.empty((at_once, length), dtype=frames.dtype)
    # In the precision of the frames, which numpy's types do not know.
    spectra: Any = np.empty((at_once, size // 2 + 1), dtype=np.result_type(frames, np.complex64))
    for start in range(0, count, at_once):
        part = frames[start : start + at_once]
        spectrum = spectra[: len(part)]
        np.fft.rfft(np.multiply(part, window, out=windowed[: len(part)]), size, axis=1, out=spectrum)
        squares = spectrum.view(power.dtype)
        squares *= squares
        np.add(squares[:, ::2], squares[:, 1::2], out=power[start : start + at_once])
    return power


def stft_power(samples: Samples, *, n_fft: int, hop_length: int, win_length: int | None = None) -> FloatArray:
    """Power of each frame and bin, float32, shape (1 + n // hop_length, n_fft // 2 + 1).

    `abs(librosa.stft(samples, n_fft=n_fft, hop_length=hop_length, win_length=win_length)).T ** 2`. Bin k is at
    `k * rate_hz / n_fft` Hz. The window has `win_length` samples, or `n_fft` if that is None.
    """
    window = hann(win_length or n_fft, n_fft)
    return power_of_frames(centred_frames(samples, n_fft)[::hop_length], window)


def decibels(power: npt.NDArray[_Float]) -> npt.NDArray[_Float]:
    """10 log10(power) of positive powers, of the same shape and type.

    By the natural logarithm, for which numpy has vector instructions: in float32 a quarter of the time.
    """
    level_db = np.log(power)
    level_db *= power.dtype.type(10.0 / np.log(10.0))
    return level_db


def power_to_db(
    power: npt.ArrayLike, *, ref: float = 1.0, amin: float = 1e-10, top_db: float | None = 80.0
) -> FloatArray:
    """Converts power to decibels, `10 log10(power / ref)`, float32 of the same shape, as in `librosa.power_to_db`.

    Powers below `amin` count as `amin`. Levels more than `top_db` below the highest are raised to that floor, unless
    it is None.
    """
    level_db = decibels(np.maximum(power, amin)) - 10.0 * float(np.log10(max(ref, amin)))
    if top_db is not None and level_db.size:
        level_db = np.maximum(level_db, level_db.max() - top_db)
    return level_db.astype(np.float32)
