"""Whisper's log-mel spectrogram by numpy, with the level set by the speech in it.

Radford et al. 2022 (arXiv 2212.04356): 25 ms windows every 10 ms, 80 mel bands, log10, scaled. Theirs takes the
level as it is recorded and cuts 8 decades under the recording's loudest cell. Here the level is set first, by the
power of what is not pause, and the cut is at a fixed level: a recording then reads the same whole and in chunks.
"""

import numpy as np

from ser_core.arrays import FloatArray, Samples
from ser_core.dsp.mel import mel_filterbank
from ser_core.dsp.stft import decibels, hann, power_of_frames
from ser_core.errors import AudioError

RATE_HZ = 16_000
N_FFT = 400
HOP_LENGTH = 160
N_MELS = 80
FREQUENCIES_HZ = (0.0, RATE_HZ / 2)
# Over one frame of the encoder, which halves the rate: 50 frames a second.
FRAMES_PER_S = RATE_HZ // HOP_LENGTH
ENCODED_FRAMES_PER_S = FRAMES_PER_S // 2

# Heard before and after a stretch of a longer recording, in seconds, so that its edges have neighbours.
MARGIN_S = 1.0

# Raised when the input changes, so that no model is given what it did not learn from.
VERSION = 1

# Mean mel power that speech is brought to, log10; the floor, and Whisper's own scaling. At this level the loudest
# cells of the corpora's clips lie where those of Whisper's training did (about 1.1 decades).
SPEECH_LEVEL = -1.0
FLOOR = -6.0
OFFSET, SCALE = 4.0, 4.0
_MIN_POWER = 1e-10
# Frames this far under the mean of all are pauses (the relative gate of ITU-R BS.1770-4).
GATE_DECADES = 1.0
# What is this far under the loudest frame at the ends of a clip is no speech.
_TRIM_DB = 35.0
_LEAST_SAMPLES = RATE_HZ // 10
_TRIM_MARGIN_S = 0.05


def speech_bounds(samples: Samples) -> tuple[int, int]:
    """First sample of the sound and one past its last, by frames within 35 dB of the loudest, and 50 ms around them.

    Raises AudioError when the clip is empty.
    """
    if not len(samples):
        raise AudioError("The clip is empty; there is nothing to hear in it.")
    power = _frames(samples).astype(np.float64)
    level = np.mean(power**2, axis=1)
    loud = np.flatnonzero(level >= level.max() * 10 ** (-_TRIM_DB / 10))
    margin = round(_TRIM_MARGIN_S * RATE_HZ)
    return max(0, int(loud[0]) * HOP_LENGTH - margin), min(len(samples), (int(loud[-1]) + 1) * HOP_LENGTH + margin)


def long_enough(samples: Samples) -> Samples:
    """The samples, with silence behind them where they last under 100 ms."""
    return np.pad(samples, (0, max(0, _LEAST_SAMPLES - len(samples))))


def mel_power(samples: Samples) -> FloatArray:
    """Power in 80 mel bands, float32, shape (n // 160, 80): of Hann windows of 400 samples, edges reflected.

    Frame t is centred on sample 160 t. Raises AudioError when the clip is shorter than 25 ms.
    """
    if len(samples) < N_FFT:
        raise AudioError(
            "The clip has {samples} samples; at least {n_fft} are needed.", samples=len(samples), n_fft=N_FFT
        )
    bank = mel_filterbank(RATE_HZ, N_FFT, N_MELS, *FREQUENCIES_HZ)
    return power_of_frames(_frames(samples), hann(N_FFT)) @ bank.T


def speech_level(power: FloatArray) -> float:
    """Mean power of the frames that are no pause, log10, of mel powers of shape (frames, bands)."""
    frame = power.mean(axis=1, dtype=np.float64) + _MIN_POWER
    spoken = frame >= frame.mean() * 10**-GATE_DECADES
    return float(np.log10(frame[spoken].mean()))


def to_input(power: FloatArray, level: float) -> FloatArray:
    """What the encoder hears: log10, speech of `level` brought to a fixed one, floored and scaled. Same shape."""
    heard = decibels(np.maximum(power, np.float32(_MIN_POWER)))
    # One array, step by step in place: new ones would cost more than the steps.
    heard /= 10
    heard -= level - SPEECH_LEVEL
    np.maximum(heard, FLOOR, out=heard)
    heard += OFFSET
    heard /= SCALE
    return heard


def whisper_log_mel(samples: Samples) -> FloatArray:
    """The whole clip as the encoder's input, its level set by the clip's own speech.

    Float32, shape (n // 160, 80), one frame less where that is odd: the encoder halves the rate.
    """
    power = mel_power(samples)
    power = power[: len(power) // 2 * 2]
    return to_input(power, speech_level(power))


def _frames(samples: Samples) -> FloatArray:
    half = N_FFT // 2
    if len(samples) > half:  # what `np.pad` does by "reflect", in a third of the time
        padded = np.concatenate([samples[half:0:-1], samples, samples[-2 : -half - 2 : -1]])
    else:
        padded = np.pad(samples, half)
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP_LENGTH]
    return frames[: max(1, len(samples) // HOP_LENGTH)]
