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
    gates = np.stack([_gates(sound) for sound in sounds], axis=1)
    # A single one is heard faster without the axis.
    states = _heard(gates) if len(sounds) > 1 else _heard(gates[:, 0])[:, None]
    return _read(states).T


def speech_probability_behind(sound: FloatArray, lead_steps: int) -> tuple[FloatArray, FloatArray]:
    """Probability of speech in each step behind the first `lead_steps` of a sound, heard in two ways, (steps,) each:
    behind the lead as it is, and behind as much silence. The sound is as in `speech_probability`, shape (samples,).
    """
    gates = _gates(sound)
    behind_lead = _read(_heard(gates)[lead_steps:])
    # What the convolutions make of a step has to do with nothing before it but its first samples' neighbours.
    lead_samples = lead_steps * STEP_SAMPLES
    after_silence = gates[lead_steps:].copy()
    after_silence[:1] = _gates(sound[lead_samples : lead_samples + STEP_SAMPLES])
    return behind_lead, _read(_heard(after_silence, _after_silence(lead_steps)))


def _gates(sound: FloatArray) -> FloatArray:
    """What comes in to each gate of the LSTM from outside, shape (steps, 4 * 128)."""
    steps = len(sound) // STEP_SAMPLES
    matrix, bias = _network().entry
    gates = np.empty((steps, len(bias)), np.float32)
    windows = _windows(sound, steps)
    for first in range(0, steps, _ENCODED_AT_ONCE):
        part = slice(first, first + _ENCODED_AT_ONCE)
        np.matmul(_encoded(windows[part]), matrix, out=gates[part])
    gates += bias
    return gates


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


@dataclass(frozen=True, eq=False)
class _State:
    """The LSTM between two steps: what is read from it, and its cell, shape (128,) each."""

    state: FloatArray
    cell: FloatArray


@cache
def _after_silence(steps: int) -> _State:
    """The LSTM after so much silence."""
    gates = np.repeat(_gates(np.zeros(STEP_SAMPLES, np.float32)), steps, axis=0)
    states, cell = _course(gates)
    return _State(states[-1], cell)


def _heard(gates: FloatArray, before: _State | None = None) -> FloatArray:
    """The LSTM's state in each step from what comes in to its gates: (steps, 4 * 128) to (steps, 128), or with an axis
    of several sounds in the middle of both.

    It goes on from `before`, or from nothing.
    """
    return _course(gates, before)[0]


def _course(gates: FloatArray, before: _State | None = None) -> tuple[FloatArray, FloatArray]:
    """What `_heard` gives, and the cell after the last step.

    A step is so little work that making arrays, or one call more, takes a tenth of its time.
    """
    recurrent = _network().recurrent
    size = len(recurrent)
    steps, *several = gates.shape[:-1]
    states = np.empty((steps, *several, size), np.float32)
    # Beside each other so that one product forgets and takes in: input, forget and output gate, cell's entry, cell.
    held = np.zeros((*several, 5 * size), np.float32)
    entered, opened, cell = held[..., : 4 * size], held[..., : 3 * size], held[..., 4 * size :]
    kept_and_taken, put_out, taken_and_kept = (
        held[..., : 2 * size],
        held[..., 2 * size : 3 * size],
        held[..., 3 * size :],
    )
    parts = np.empty((*several, 2 * size), np.float32)
    taken, kept = parts[..., :size], parts[..., size:]
    own = np.zeros((*several, 4 * size), np.float32)
    if before is not None:
        cell[...] = before.cell
        np.dot(before.state, recurrent, out=own)
    half = np.float32(0.5)
    for gate, state in zip(gates, states, strict=True):
        np.add(gate, own, out=entered)
        np.tanh(entered, out=entered)
        opened *= half
        opened += half
        np.multiply(kept_and_taken, taken_and_kept, out=parts)
        np.add(taken, kept, out=cell)
        np.tanh(cell, out=state)
        state *= put_out
        if several:
            # Each by itself: BLAS takes five times as long for two vectors as for one, and as long for eight as each.
            np.matmul(state[:, None], recurrent, out=own[:, None])
        else:
            np.dot(state, recurrent, out=own)
    return states, cell


def _read(states: FloatArray) -> FloatArray:
    """Probability of speech in each state, shape (..., 128) to (...)."""
    weight, bias = _network().exit
    half = np.float32(0.5)
    # The logistic function by the hyperbolic tangent, which does not overflow.
    probabilities: FloatArray = half * np.tanh(half * (np.maximum(states, 0) @ weight + bias)) + half
    return probabilities
