"""Silero VAD: how probable it is that somebody speaks, every 32 ms.

Silero Team, "Silero VAD: pre-trained enterprise-grade Voice Activity Detector" (github.com/snakers4/silero-vad, version
5, MIT licence, whose text lies beside the weights). The network for 16 kHz in numpy: spectrum, four convolutions, one
LSTM. It gives the values of the ONNX file to 1e-4, at half the time and without 25 MB of another runtime.
"""

from functools import cache
from pathlib import Path

import numpy as np
from scipy import fft

from ser_core.arrays import FloatArray
from ser_core.dsp.stft import hann

PATH = Path(__file__).parent.parent / "data" / "silero_vad.npz"

RATE_HZ = 16_000
STEP_SAMPLES = 512
STEP_S = STEP_SAMPLES / RATE_HZ

_CONTEXT_SAMPLES = 64
_N_FFT, _HOP = 256, 128
_SPECTRA = 4
_STRIDES = (1, 2, 2, 1)


@cache
def _weights() -> dict[str, FloatArray]:
    with np.load(PATH, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def speech_probability(sounds: FloatArray) -> FloatArray:
    """Probability of speech in each step of several sounds of one length, shape (sounds, samples // 512).

    Args:
        sounds: float32 at 16 kHz, shape (sounds, samples), in [-1, 1] and at the level of ordinary speech. Each is
            heard from silence on; samples after the last whole step are left out.
    """
    steps = sounds.shape[1] // STEP_SAMPLES
    # One sound at a time as far as the steps are independent: what they need then stays in the cache.
    return _heard(np.concatenate([_encoded(sound[None, : steps * STEP_SAMPLES]) for sound in sounds]))


def _encoded(sounds: FloatArray) -> FloatArray:
    """What the convolutions make of each step, shape (sounds, steps, 128)."""
    count, steps = len(sounds), sounds.shape[1] // STEP_SAMPLES
    # A step is heard with the last samples before it, and mirrored at its end.
    padded = np.pad(sounds, ((0, 0), (_CONTEXT_SAMPLES, 0)))
    length = _CONTEXT_SAMPLES + STEP_SAMPLES
    windows = np.lib.stride_tricks.sliding_window_view(padded, length, axis=1)[:, ::STEP_SAMPLES].reshape(-1, length)
    windows = np.concatenate([windows, windows[:, -2 : -2 - _CONTEXT_SAMPLES : -1]], axis=1)
    frames = np.lib.stride_tricks.sliding_window_view(windows, _N_FFT, axis=1)[:, ::_HOP]
    layer = np.abs(fft.rfft(frames * hann(_N_FFT), axis=2)).astype(np.float32)
    weights = _weights()
    for number, stride in enumerate(_STRIDES):
        layer = _convolved(layer, weights[f"conv{number}.weight"], weights[f"conv{number}.bias"], stride)
    return layer.reshape(count, steps, -1)


def _convolved(layer: FloatArray, weight: FloatArray, bias: FloatArray, stride: int) -> FloatArray:
    """A convolution over three neighbours in time, rectified: (n, time, in) to (n, time / stride, out)."""
    padded = np.pad(layer, ((0, 0), (1, 1), (0, 0)))
    width, channels = weight.shape[:2]
    threes = np.lib.stride_tricks.sliding_window_view(padded, width, axis=1)[:, ::stride]
    rows = threes.transpose(0, 1, 3, 2).reshape(-1, width * channels)
    product = rows @ weight.reshape(width * channels, -1) + bias
    return np.maximum(product, 0).reshape(len(layer), -1, weight.shape[2])


def _heard(encoded: FloatArray) -> FloatArray:
    """The LSTM and what is read from it, shape (sounds, steps). Gates are in the order input, forget, cell, output."""
    weights = _weights()
    gates = encoded @ weights["lstm.input"] + weights["lstm.bias"]
    recurrent = weights["lstm.recurrent"]
    size = len(recurrent)
    cell = np.zeros((len(encoded), size), np.float32)
    hidden = np.zeros_like(cell)
    states = np.empty((encoded.shape[1], len(encoded), size), np.float32)
    for step in range(encoded.shape[1]):
        gate = gates[:, step] + hidden @ recurrent
        opened = _sigmoid(gate)
        cell = opened[:, size : 2 * size] * cell + opened[:, :size] * np.tanh(gate[:, 2 * size : 3 * size])
        hidden = opened[:, 3 * size :] * np.tanh(cell)
        states[step] = hidden
    return _sigmoid(np.maximum(states, 0) @ weights["out.weight"] + weights["out.bias"]).T


def _sigmoid(x: FloatArray) -> FloatArray:
    # By the hyperbolic tangent, which does not overflow.
    return 0.5 * np.tanh(0.5 * x) + np.float32(0.5)
