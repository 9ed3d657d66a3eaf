"""Microphones, telephones and their coders, for many clips at once."""

from typing import Any

import numpy as np
from keras import ops

_BAND_ORDER = 8  # about 48 dB an octave, as steep as a telephone's band
_MU = 255.0
_TILT_AROUND_HZ = 1000.0

# As `dsp.conditioning` has it.
_HIGH_PASS_ORDER = 4


def filtered(
    clips: Any,
    high_pass_hz: Any,
    low_hz: Any,
    high_hz: Any,
    tilt_db: Any,
    peak_db: Any,
    peak_hz: Any,
    peak_octaves: Any,
    rate_hz: int,
    fft_length: int,
) -> Any:
    """The clips (clips, n) through one linear channel each, without delay.

    Args:
        clips: (clips, n).
        high_pass_hz: of the high-pass that everything goes through, (clips,).
        low_hz: lower edge of the band, (clips,).
        high_hz: upper edge of the band, (clips,).
        tilt_db: gain an octave from 1 kHz on, (clips,).
        peak_db: height of bumps in the response, (clips, bumps).
        peak_hz: where they are.
        peak_octaves: how wide they are.
        rate_hz: samples a second.
        fft_length: of the convolution.
    """
    hz = np.maximum(np.fft.rfftfreq(fft_length, 1 / rate_hz), 1.0).astype(np.float32)[None]
    octaves = np.log2(hz / _TILT_AROUND_HZ)
    gain_db = tilt_db[:, None] * np.clip(octaves, -3.0, 3.0)
    for i in range(peak_db.shape[1]):
        away = (np.log2(hz) - ops.log2(peak_hz[:, i : i + 1])) / peak_octaves[:, i : i + 1]
        gain_db = gain_db + peak_db[:, i : i + 1] * ops.exp(-0.5 * ops.square(away))
    gain = 10.0 ** (gain_db / 20.0)
    gain = gain / ops.sqrt(1.0 + (high_pass_hz[:, None] / hz) ** (2 * _HIGH_PASS_ORDER))
    gain = gain / ops.sqrt(1.0 + ops.minimum((low_hz[:, None] / hz), 100.0) ** (2 * _BAND_ORDER))
    gain = gain / ops.sqrt(1.0 + (hz / high_hz[:, None]) ** (2 * _BAND_ORDER))
    re, im = ops.rfft(clips, fft_length)
    return ops.irfft((re * gain, im * gain), fft_length)[:, : clips.shape[1]]


def saturated(clips: Any, overdrive_db: Any) -> Any:
    """The clips as recorders set `overdrive_db` (clips,) too loud would clip them; 0 changes nothing."""
    ceiling = ops.max(ops.abs(clips), axis=1, keepdims=True) * 10.0 ** (-overdrive_db[:, None] / 20.0)
    return ops.clip(clips, -ceiling, ceiling)


def companded(clips: Any, present: Any) -> Any:
    """The clips in the 256 steps of a telephone's mu-law (ITU-T G.711's curve) where `present` is 1, (clips,)."""
    peak = ops.max(ops.abs(clips), axis=1, keepdims=True) + 1e-9
    level = ops.log1p(_MU * ops.abs(clips) / peak) / np.log1p(_MU)
    coded = ops.round(level * 127.0) / 127.0
    heard = ops.sign(clips) * peak * (ops.exp(coded * np.log1p(_MU)) - 1.0) / _MU
    return ops.where(present[:, None] > 0, heard, clips)
