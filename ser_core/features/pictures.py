"""What the pictures of a clip are drawn from: the values of librosa's features, without librosa.

Importing librosa (and numba under it) costs a server seconds and most of a small machine's memory; these few
formulas need numpy and scipy.fft only. scipy.signal stays out as well: it alone adds 52 MB to a Streamlit
process. Arrays have librosa's orientation, one column a frame: frame t is centred on sample `t * hop_length`.
"""

from collections.abc import Iterator
from functools import lru_cache
from math import factorial

import numpy as np
import numpy.typing as npt
from scipy import fft

from ser_core.arrays import FloatArray, Samples
from ser_core.dsp.mel import mel_filterbank
from ser_core.errors import AudioError
from ser_core.records import Clip

# 64 ms at 16 kHz: the harmonics of a voice of 100 Hz stand apart. 10 ms: syllables and onsets do.
N_FFT = 1024
HOP_LENGTH = 160
N_MELS = 128
N_MFCC = 20
DELTA_WIDTH = 9

# Under this a sample counts as zero, as in `librosa.zero_crossings`: dither is not a crossing.
_CROSSING_THRESHOLD = 1e-10
# Frames transformed at once: 512 of 1024 samples are 2 MB, whatever the length of the clip.
_FRAMES_AT_ONCE = 512


def power_spectrogram(clip: Clip, *, n_fft: int = N_FFT, hop_length: int = HOP_LENGTH) -> FloatArray:
    """Power of each frequency over time, float32, shape (n_fft // 2 + 1, frames).

    The squared magnitude of the Fourier transform of Hann-windowed frames of the zero-padded clip:
    `abs(librosa.stft(clip.samples, n_fft=n_fft, hop_length=hop_length)) ** 2`. Row k is at
    `k * rate_hz / n_fft` Hz. Raises AudioError when the clip is empty.
    """
    padded = np.pad(_not_empty(clip), n_fft // 2)
    power = np.empty((n_fft // 2 + 1, 1 + (len(padded) - n_fft) // hop_length), dtype=np.float32)
    for start, frames in _frame_batches(padded, n_fft, hop_length):
        power[:, start : start + len(frames)] = power_of_frames(frames).T
    return power


def power_of_frames(frames: FloatArray) -> FloatArray:
    """Power spectrum of each Hann-windowed frame: float32 (frames, n_fft) to (frames, n_fft // 2 + 1)."""
    spectrum = fft.rfft(frames * hann(frames.shape[1]), axis=1)
    power: FloatArray = spectrum.real**2 + spectrum.imag**2
    return power


def mel_spectrogram(
    clip: Clip,
    *,
    n_fft: int = N_FFT,
    hop_length: int = HOP_LENGTH,
    n_mels: int = N_MELS,
    fmin_hz: float = 0.0,
    fmax_hz: float | None = None,
) -> FloatArray:
    """Power in bands evenly spaced on Slaney's mel scale, float32, shape (n_mels, frames).

    `librosa.feature.melspectrogram` of the same parameters. The bands reach up to half the sampling rate when
    `fmax_hz` is None. Raises AudioError when the clip is empty.
    """
    bank = mel_filterbank(clip.rate_hz, n_fft, n_mels, fmin_hz, fmax_hz or clip.rate_hz / 2)
    return bank @ power_spectrogram(clip, n_fft=n_fft, hop_length=hop_length)


def power_to_db(
    power: npt.ArrayLike, *, ref: float = 1.0, amin: float = 1e-10, top_db: float | None = 80.0
) -> FloatArray:
    """Power to decibels, `10 log10(power / ref)`, float32 of the same shape: `librosa.power_to_db`.

    Powers under `amin` count as `amin`. What lies more than `top_db` under the highest level is raised to that
    floor; None leaves it.
    """
    level_db = 10.0 * np.log10(np.maximum(power, amin)) - 10.0 * np.log10(max(ref, amin))
    if top_db is not None and level_db.size:
        level_db = np.maximum(level_db, level_db.max() - top_db)
    return level_db.astype(np.float32)


def mfcc(
    clip: Clip,
    *,
    n_mfcc: int = N_MFCC,
    n_fft: int = N_FFT,
    hop_length: int = HOP_LENGTH,
    n_mels: int = N_MELS,
) -> FloatArray:
    """Mel-frequency cepstral coefficients 0 to n_mfcc - 1, float32, shape (n_mfcc, frames).

    The orthonormal DCT-II of the log-mel spectrum (Davis and Mermelstein 1980): `librosa.feature.mfcc`.
    Raises AudioError when the clip is empty.
    """
    mel = mel_spectrogram(clip, n_fft=n_fft, hop_length=hop_length, n_mels=n_mels)
    return mfcc_of_mel_db(power_to_db(mel), n_mfcc)


def mfcc_of_mel_db(mel_db: FloatArray, n_mfcc: int = N_MFCC) -> FloatArray:
    """The first `n_mfcc` cepstral coefficients of a mel spectrogram in dB, shape (n_mfcc, frames)."""
    coefficients: FloatArray = fft.dct(mel_db, type=2, norm="ortho", axis=0)[:n_mfcc]
    return coefficients


def delta(features: FloatArray, *, width: int = DELTA_WIDTH, order: int = 1) -> FloatArray:
    """Change of each row a frame (order 1), or change of that change (order 2), in the shape of `features`.

    The derivative of the polynomial of degree `order` fitted to `width` frames around each (Savitzky and Golay
    1964): `librosa.feature.delta` in its mode "interp". Raises AudioError when there are fewer than `width`
    frames, ValueError when the order is not 1 or 2 or the width is not odd and at least 3.
    """
    if order not in (1, 2) or width < 3 or width % 2 == 0:
        raise ValueError(f"Deltas need order 1 or 2 and an odd width of 3 or more; got {order} and {width}.")
    if features.shape[1] < width:
        raise AudioError(f"Deltas over {width} frames need a longer clip; this one has {features.shape[1]} frame(s).")
    kernel = _derivative_kernel(width, order)
    inner = np.lib.stride_tricks.sliding_window_view(features, width, axis=1) @ kernel
    # At the ends the fit of the outermost full window is read off: its highest derivative is a constant.
    return np.pad(inner, ((0, 0), (width // 2, width // 2)), mode="edge").astype(np.float32)


def rms(clip: Clip, *, frame_length: int = N_FFT, hop_length: int = HOP_LENGTH) -> FloatArray:
    """Root mean square of each frame, linear (a full-scale sine is 0.707), float32, shape (frames,).

    The clip is padded with zeros: row 0 of `librosa.feature.rms`. Raises AudioError when the clip is empty.
    """
    squares = np.pad(np.square(_not_empty(clip)), frame_length // 2)
    return np.sqrt(_frames(squares, frame_length, hop_length).mean(axis=1))


def zero_crossing_rate(clip: Clip, *, frame_length: int = N_FFT, hop_length: int = HOP_LENGTH) -> FloatArray:
    """Share of the samples of each frame at which the sign changes, in [0, 1], float32, shape (frames,).

    Times the sampling rate it is crossings a second. The clip is continued with its end values: row 0 of
    `librosa.feature.zero_crossing_rate`. Raises AudioError when the clip is empty.
    """
    padded = np.pad(_not_empty(clip), frame_length // 2, mode="edge")
    return crossing_share(_frames(padded, frame_length, hop_length))


def crossing_share(frames: FloatArray) -> FloatArray:
    """Share of the samples of each frame at which the sign changes: (frames, samples) to (frames,)."""
    negative = frames < -_CROSSING_THRESHOLD
    crossings = np.count_nonzero(negative[:, 1:] != negative[:, :-1], axis=1)
    return (crossings / frames.shape[1]).astype(np.float32)


def spectral_centroid(clip: Clip, *, n_fft: int = N_FFT, hop_length: int = HOP_LENGTH) -> FloatArray:
    """Centre of gravity of each frame's magnitude spectrum in Hz, float32, shape (frames,); 0 in silence.

    Row 0 of `librosa.feature.spectral_centroid`. Raises AudioError when the clip is empty.
    """
    return centroid_of_power(power_spectrogram(clip, n_fft=n_fft, hop_length=hop_length), clip.rate_hz)


def centroid_of_power(power: FloatArray, rate_hz: int) -> FloatArray:
    """Centre of gravity in Hz of the magnitudes of a power spectrogram (bins, frames): shape (frames,)."""
    magnitude = np.sqrt(power)
    bins_hz = np.linspace(0.0, rate_hz / 2, len(power), dtype=np.float32)
    total = magnitude.sum(axis=0)
    return (bins_hz @ magnitude) / np.maximum(total, np.finfo(np.float32).tiny)


@lru_cache(maxsize=8)
def hann(length: int) -> FloatArray:
    """Periodic Hann window, float32, shape (length,), read-only."""
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)
    window.flags.writeable = False
    return window


@lru_cache(maxsize=8)
def _derivative_kernel(width: int, order: int) -> FloatArray:
    """Weights that give the `order`-th derivative of the degree-`order` fit to `width` evenly spaced values."""
    steps = np.arange(width) - width // 2
    fit = np.linalg.pinv(np.vander(steps, order + 1, increasing=True).astype(np.float64))
    return (fit[order] * factorial(order)).astype(np.float32)


def _not_empty(clip: Clip) -> Samples:
    if not len(clip.samples):
        raise AudioError("The clip is empty; there is nothing to draw. Record or choose another one.")
    return clip.samples


def _frames(padded: Samples, length: int, hop_length: int) -> FloatArray:
    """Read-only view of the frames of `length` samples, `hop_length` apart: shape (frames, length)."""
    return np.lib.stride_tricks.sliding_window_view(padded, length)[::hop_length]


def _frame_batches(padded: Samples, length: int, hop_length: int) -> Iterator[tuple[int, FloatArray]]:
    """The frames, some hundreds at a time, each batch with the number of its first frame."""
    frames = _frames(padded, length, hop_length)
    for start in range(0, len(frames), _FRAMES_AT_ONCE):
        yield start, frames[start : start + _FRAMES_AT_ONCE]
