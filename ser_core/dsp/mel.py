"""The mel filter bank, equal to `librosa.filters.mel` but without importing librosa."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ser_core.arrays import DoubleArray, FloatArray

# Slaney's Auditory Toolbox (1998): linear below 1 kHz at 200/3 Hz per mel, logarithmic above, where 27 mels are a
# factor of 6.4.
_HZ_PER_MEL = 200.0 / 3
_LOG_START_HZ = 1000.0
_LOG_START_MEL = _LOG_START_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


def hz_to_mel(hz: npt.ArrayLike) -> DoubleArray:
    """Converts frequency in Hz to Slaney's mel scale, elementwise."""
    hz = np.asarray(hz, dtype=np.float64)
    above = _LOG_START_MEL + np.log(np.maximum(hz, _LOG_START_HZ) / _LOG_START_HZ) / _LOG_STEP
    return np.where(hz < _LOG_START_HZ, hz / _HZ_PER_MEL, above)


def mel_to_hz(mel: npt.ArrayLike) -> DoubleArray:
    """Converts Slaney's mel scale to frequency in Hz, elementwise."""
    mel = np.asarray(mel, dtype=np.float64)
    above = _LOG_START_HZ * np.exp(_LOG_STEP * (np.maximum(mel, _LOG_START_MEL) - _LOG_START_MEL))
    return np.where(mel < _LOG_START_MEL, mel * _HZ_PER_MEL, above)


def mel_points_hz(n_mels: int, fmin_hz: float, fmax_hz: float) -> DoubleArray:
    """Start of the lowest band, tips of all, and end of the highest, evenly spaced on the mel scale: (n_mels + 2,)."""
    return mel_to_hz(np.linspace(hz_to_mel(fmin_hz), hz_to_mel(fmax_hz), n_mels + 2))


@lru_cache(maxsize=16)
def mel_filterbank(rate_hz: int, n_fft: int, n_mels: int, fmin_hz: float, fmax_hz: float) -> FloatArray:
    """Triangular filters of equal area, evenly spaced on Slaney's mel scale.

    Returns a read-only float32 array of shape (n_mels, n_fft // 2 + 1) that turns a power spectrum into mel band
    powers, with the same values as `librosa.filters.mel(norm="slaney", htk=False)`.
    """
    bins_hz = np.fft.rfftfreq(n_fft, 1.0 / rate_hz)
    edges_hz = mel_points_hz(n_mels, fmin_hz, fmax_hz)
    width_hz = np.diff(edges_hz)
    ramps = edges_hz[:, None] - bins_hz[None, :]
    rising = -ramps[:-2] / width_hz[:-1, None]
    falling = ramps[2:] / width_hz[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    area = 2.0 / (edges_hz[2:] - edges_hz[:-2])
    bank = (triangles * area[:, None]).astype(np.float32)
    bank.flags.writeable = False
    return bank
