"""Silero VAD: how probable it is that somebody speaks, every 32 ms.

Silero Team, "Silero VAD: pre-trained enterprise-grade Voice Activity Detector" (github.com/snakers4/silero-vad, version
5, MIT licence, whose text lies beside the weights). The network for 16 kHz in numpy: spectrum, four convolutions, one
LSTM. It gives the values of the ONNX file to 1e-4, at half the time and without 25 MB of another runtime.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

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
# So many steps are encoded at a time: what they need stays in the cache.
_ENCODED_AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class _Network:
    """The weights, laid out for large products.

    Attributes:
        convolutions: a matrix for each, from all frames of a step to all that come out, and its bias.
        entry: the LSTM's matrix for what comes in, (128, 4 * 128), and its bias. Gates are in the order input, forget,
            output, cell; the first three are halved, for the logistic function is taken from a hyperbolic tangent.
        recurrent: that for its own state, likewise.
        exit: what is read from the state.
    """

    convolutions: tuple[tuple[FloatArray, FloatArray], ...]
    entry: tuple[FloatArray, FloatArray]
    recurrent: FloatArray
    exit: tuple[FloatArray, FloatArray]


@cache
def _network() -> _Network:
    with np.load(PATH, allow_pickle=False) as stored:
        weights: dict[str, FloatArray] = {name: stored[name] for name in stored.files}
    convolutions, frames = [], _SPECTRA
    for number, stride in enumerate(_STRIDES):
        matrix = _as_matrix(weights[f"conv{number}.weight"], frames, stride)
        frames = matrix.shape[1] // weights[f"conv{number}.weight"].shape[2]
        convolutions.append((matrix, np.tile(weights[f"conv{number}.bias"], frames)))
    entry, bias, recurrent = (_ordered(weights[f"lstm.{name}"]) for name in ("input", "bias", "recurrent"))
    return _Network(tuple(convolutions), (entry, bias), recurrent, (weights["out.weight"], weights["out.bias"]))


def _as_matrix(weight: FloatArray, frames: int, stride: int) -> FloatArray:
    """A convolution over three neighbours in time, zeros beyond the ends, as one matrix: (frames * in, frames' * out).

    A third more operations than the convolution has, and no copying: half the time for so few frames.
    """
    width, channels, out = weight.shape
    count = (frames - 1) // stride + 1
    matrix = np.zeros((frames, channels, count, out), np.float32)
    for place in range(count):
        for tap in range(width):
            frame = place * stride + tap - 1
            if 0 <= frame < frames:
                matrix[frame, :, place] = weight[tap]
    return matrix.reshape(frames * channels, count * out)


def _ordered(values: FloatArray) -> FloatArray:
    """The LSTM's values for its gates, which are stored as input, forget, cell, output; see `_Network.entry`."""
    taken, forgotten, cell, put_out = np.split(values, 4, axis=-1)
    return np.ascontiguousarray(np.concatenate([taken / 2, forgotten / 2, put_out / 2, cell], axis=-1))


def speech_probability(sounds: FloatArray) -> FloatArray:
    """Probability of speech in each step of several sounds of one length, shape (sounds, samples // 512).

    Args:
        sounds: float32 at 16 kHz, shape (sounds, samples), in [-1, 1] and at the level of ordinary speech. Each is
            heard from silence on; samples after the last whole step are left out.
    """
    steps = sounds.shape[1] // STEP_SAMPLES
    matrix, bias = _network().entry
    gates = np.empty((steps, len(sounds), len(bias)), np.float32)
    for number, sound in enumerate(sounds):
        windows = _windows(sound, steps)
        for first in range(0, steps, _ENCODED_AT_ONCE):
            part = slice(first, first + _ENCODED_AT_ONCE)
            gates[part, number] = _encoded(windows[part]) @ matrix + bias
    return _heard(gates)


def _windows(sound: FloatArray, steps: int) -> FloatArray:
    """Each step with the last samples before it, and mirrored at its end, shape (steps, 640)."""
    padded = np.concatenate([np.zeros(_CONTEXT_SAMPLES, np.float32), sound[: steps * STEP_SAMPLES]])
    length = _CONTEXT_SAMPLES + STEP_SAMPLES
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)[::STEP_SAMPLES]
    return np.concatenate([windows, windows[:, -2 : -2 - _CONTEXT_SAMPLES : -1]], axis=1)


def _encoded(windows: FloatArray) -> FloatArray:
    """What the convolutions make of each step's window, shape (steps, 128)."""
    frames = np.lib.stride_tricks.sliding_window_view(windows, _N_FFT, axis=1)[:, ::_HOP]
    spectra = np.fft.rfft(frames * hann(_N_FFT), axis=2)
    layer = np.abs(spectra).reshape(len(windows), -1)
    for matrix, bias in _network().convolutions:
        layer = layer @ matrix
        layer += bias
        np.maximum(layer, 0, out=layer)
    return layer


def _heard(gates: FloatArray) -> FloatArray:
    """The LSTM and what is read from it: what comes in to each gate, (steps, sounds, 4 * 128), to (sounds, steps).

    `gates` is overwritten: a step is so little work that making arrays would take longer.
    """
    recurrent = _network().recurrent
    size = len(recurrent)
    steps, count, _ = gates.shape
    states = np.empty((steps, count, size), np.float32)
    cell, kept = np.zeros((2, count, size), np.float32)
    own = np.zeros((count, 4 * size), np.float32)
    # Each sound by itself: BLAS takes five times as long for two vectors as for one, and as long for eight as each.
    each = (count, 1, -1)
    own_of_each = own.reshape(each)
    half = np.float32(0.5)
    for gate, state in zip(gates, states, strict=True):
        gate += own
        np.tanh(gate, out=gate)
        opened = gate[:, : 3 * size]
        opened *= half
        opened += half
        np.multiply(opened[:, size : 2 * size], cell, out=kept)
        np.multiply(opened[:, :size], gate[:, 3 * size :], out=cell)
        cell += kept
        np.tanh(cell, out=state)
        state *= opened[:, 2 * size :]
        np.matmul(state.reshape(each), recurrent, out=own_of_each)
    weight, bias = _network().exit
    # The logistic function by the hyperbolic tangent, which does not overflow.
    probabilities: FloatArray = half * np.tanh(half * (np.maximum(states, 0) @ weight + bias)) + half
    return probabilities.T
