"""From samples to the encoder's input on the device, at any tempo and with any warp of frequencies."""

from typing import Any

import numpy as np
from keras import ops

from ser_core.dsp.mel import hz_to_mel, mel_to_hz
from ser_core.features import whisper_log_mel as serving
from ser_core.training.on_device.chance import Chance

_MIN_POWER = 1e-10


def frame_centres(tempo: Any, n_frames: int) -> Any:
    """Sample on which each frame is centred when a clip is told `tempo` times as fast, int32, (clips, frames)."""
    t = np.arange(n_frames, dtype=np.float32)[None]
    return ops.cast(ops.round(t * serving.HOP_LENGTH * tempo[:, None]), "int32")


def warped_mel_power(clips: Any, centres: Any, warp: Any) -> Any:
    """Power in the mel bands of the frames at `centres`, (clips, frames, 80), frequencies times `warp` (clips,).

    Pitch and formants rise with `warp`, the pace with the distance of the centres: both by the same factor are what
    a tape played faster does. At a warp of 1 the bands are those of `whisper_log_mel.mel_power`.
    """
    half = serving.N_FFT // 2
    n_clips, n_frames = centres.shape
    padded = ops.pad(clips, ((0, 0), (half, half)))
    place = centres[:, :, None] + np.arange(serving.N_FFT, dtype=np.int32)
    place = ops.clip(place, 0, padded.shape[1] - 1)
    frames = ops.take_along_axis(padded, ops.reshape(place, (n_clips, -1)), axis=1)
    frames = ops.reshape(frames, (n_clips, n_frames, serving.N_FFT)) * np.hanning(serving.N_FFT + 1)[:-1].astype(
        "float32"
    )
    re, im = ops.rfft(frames, serving.N_FFT)
    return ops.matmul(ops.square(re) + ops.square(im), _warped_bank(warp))


def leveled(power: Any, present: Any, offset: Any) -> Any:
    """`whisper_log_mel.to_input` of the clips' own speech level, which is raised by `offset` decades, (clips,)."""
    frame = ops.mean(power, axis=2) + _MIN_POWER
    mean = ops.sum(frame * present, axis=1, keepdims=True) / ops.maximum(ops.sum(present, axis=1, keepdims=True), 1.0)
    spoken = present * ops.cast(frame >= mean * 10**-serving.GATE_DECADES, "float32")
    level = ops.log10(ops.sum(frame * spoken, axis=1) / ops.maximum(ops.sum(spoken, axis=1), 1.0) + _MIN_POWER)
    shift = offset - level + serving.SPEECH_LEVEL
    decades = ops.log10(ops.maximum(power, _MIN_POWER)) + shift[:, None, None]
    return (ops.maximum(decades, serving.FLOOR) + serving.OFFSET) / serving.SCALE


def masked(mel: Any, widest_band: Any, longest: Any, chance: Chance, n_masks: int = 2) -> Any:
    """SpecAugment (Park et al. 2019): stripes of frequency and time set to the clip's mean.

    `widest_band` in bands and `longest` in frames are the largest stripes.
    """
    n, frames, bands = mel.shape
    hidden = ops.zeros((n, frames, bands), "bool")
    for _ in range(n_masks):
        for size, most, axis in ((bands, widest_band, 2), (frames, longest, 1)):
            width = chance.uniform((n, 1, 1)) * most
            first = chance.uniform((n, 1, 1)) * (size - width)
            place = ops.reshape(ops.arange(size, dtype="float32"), (1, 1, size) if axis == 2 else (1, size, 1))
            hidden = hidden | ((place >= first) & (place < first + width))
    return ops.where(hidden, ops.mean(mel, axis=(1, 2), keepdims=True), mel)


def _warped_bank(warp: Any) -> Any:
    """Mel filters for each clip, (clips, bins, bands): those of `mel_filterbank` read at `warp` times the frequency."""
    top = serving.RATE_HZ / 2
    edges = mel_to_hz(np.linspace(hz_to_mel(0.0), hz_to_mel(top), serving.N_MELS + 2)).astype(np.float32)
    hz = np.fft.rfftfreq(serving.N_FFT, 1 / serving.RATE_HZ).astype(np.float32)
    at = warp[:, None, None] * hz[None, :, None]
    rising = (at - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - at) / np.diff(edges)[1:]
    return ops.maximum(0.0, ops.minimum(rising, falling)) * (2.0 / (edges[2:] - edges[:-2])) * warp[:, None, None]
