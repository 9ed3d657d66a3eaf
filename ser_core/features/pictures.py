"""The features that the pictures of a clip show: the values of librosa's features, without librosa.

Frame t is centred on sample `t * hop_length`. Cepstra and deltas have librosa's orientation, with one column per frame.
"""

from functools import lru_cache
from math import factorial

import numpy as np

from ser_core.arrays import FloatArray, Samples
from ser_core.dsp.stft import centred_frames, stft_power
from ser_core.dsp.transforms import cosine_matrix
from ser_core.errors import AudioError
from ser_core.records import Clip

# 64 ms at 16 kHz separate the harmonics of a voice at 100 Hz; a hop of 10 ms separates syllables and onsets.
N_FFT = 1024
HOP_LENGTH = 160
N_MELS = 128
N_MFCC = 20
DELTA_WIDTH = 9

# Smaller samples count as zero, as in `librosa.zero_crossings`, because dither is not a crossing.
_CROSSING_THRESHOLD = 1e-10


def mfcc_of_mel_db(mel_db: FloatArray, n_mfcc: int = N_MFCC) -> FloatArray:
    """The first `n_mfcc` cepstral coefficients of a mel spectrogram in dB, shape (n_mfcc, frames)."""
    return cosine_matrix(len(mel_db), n_mfcc).T @ mel_db


def delta(features: FloatArray, *, width: int = DELTA_WIDTH, order: int = 1) -> FloatArray:
    """Change of each row per frame (order 1), or change of that change (order 2), in the shape of `features`.

    The derivative of the polynomial of degree `order` fitted to `width` frames around each (Savitzky and Golay
    1964), as in `librosa.feature.delta` with mode "interp". Raises AudioError when there are fewer than `width`
    frames, ValueError when the order is not 1 or 2 or the width is not odd and at least 3.
    """
    if order not in (1, 2) or width < 3 or width % 2 == 0:
        raise ValueError(f"Deltas need order 1 or 2 and an odd width of 3 or more; got {order} and {width}.")
    if features.shape[1] < width:
        raise AudioError(
            "Deltas over {width} frames need a longer clip; this one has {shape} frame(s).",
            width=width,
            shape=features.shape[1],
        )
    kernel = _derivative_kernel(width, order)
    inner = np.lib.stride_tricks.sliding_window_view(features, width, axis=1) @ kernel
    # At the ends, the fit of the outermost full window is used: its highest derivative is constant.
    return np.pad(inner, ((0, 0), (width // 2, width // 2)), mode="edge").astype(np.float32)


def rms(clip: Clip, *, frame_length: int = N_FFT, hop_length: int = HOP_LENGTH) -> FloatArray:
    """Root mean square of each frame, linear (a full-scale sine is 0.707), float32, shape (frames,).

    The clip is padded with zeros: row 0 of `librosa.feature.rms`. Raises AudioError when the clip is empty.
    """
    frames = centred_frames(np.square(_not_empty(clip)), frame_length)[::hop_length]
    return np.sqrt(frames.mean(axis=1))


def zero_crossing_rate(clip: Clip, *, frame_length: int = N_FFT, hop_length: int = HOP_LENGTH) -> FloatArray:
    """Share of the samples of each frame at which the sign changes, in [0, 1], float32, shape (frames,).

    Multiply by the sampling rate for crossings a second. The clip is padded with its end values, as in row 0 of
    `librosa.feature.zero_crossing_rate`. Raises AudioError when the clip is empty.
    """
    return crossing_share(centred_frames(_not_empty(clip), frame_length, beyond="edge")[::hop_length])


def crossing_share(frames: FloatArray) -> FloatArray:
    """Share of the samples of each frame at which the sign changes, (frames, samples) to (frames,)."""
    negative = frames < -_CROSSING_THRESHOLD
    crossings = np.count_nonzero(negative[:, 1:] != negative[:, :-1], axis=1)
    return (crossings / frames.shape[1]).astype(np.float32)


def spectral_centroid(clip: Clip, *, n_fft: int = N_FFT, hop_length: int = HOP_LENGTH) -> FloatArray:
    """Centre of gravity of each frame's magnitude spectrum in Hz, float32, shape (frames,); 0 in silence.

    Row 0 of `librosa.feature.spectral_centroid`. Raises AudioError when the clip is empty.
    """
    magnitude = np.sqrt(stft_power(_not_empty(clip), n_fft=n_fft, hop_length=hop_length))
    bins_hz = np.linspace(0.0, clip.rate_hz / 2, magnitude.shape[1], dtype=np.float32)
    return (magnitude @ bins_hz) / np.maximum(magnitude.sum(axis=1), np.finfo(np.float32).tiny)


@lru_cache(maxsize=8)
def _derivative_kernel(width: int, order: int) -> FloatArray:
    """Weights for the `order`-th derivative of the degree-`order` fit to `width` evenly spaced values."""
    steps = np.arange(width) - width // 2
    fit = np.linalg.pinv(np.vander(steps, order + 1, increasing=True).astype(np.float64))
    return (fit[order] * factorial(order)).astype(np.float32)


def _not_empty(clip: Clip) -> Samples:
    if not len(clip.samples):
        raise AudioError("The clip is empty; there is nothing to draw. Record or choose another one.")
    return clip.samples
