"""Rooms: reverberation as noise that decays (Polack 1988), for many clips at once."""

from typing import Any

import numpy as np
from keras import ops

from ser_core.training.on_device.chance import Chance

_LONGEST_S = 0.8


def in_rooms(
    clips: Any, rt60_s: Any, direct_db: Any, present: Any, rate_hz: int, fft_length: int, chance: Chance
) -> Any:
    """The clips with a tail, shape kept: of 60 dB in `rt60_s`, its energy `direct_db` under that of the direct sound.

    Args:
        clips: (clips, n); `fft_length` is at least n and the 0.8 s of a tail.
        rt60_s: shape (clips,).
        direct_db: shape (clips,).
        present: 1 where there is a room, 0 where not, shape (clips,).
        rate_hz: samples a second.
        fft_length: of the convolution.
        chance: of the tail.
    """
    n = round(_LONGEST_S * rate_hz)
    seconds = np.arange(n, dtype=np.float32) / rate_hz
    decay = 10.0 ** (-3.0 * seconds[None] / rt60_s[:, None])
    tail = chance.normal((clips.shape[0], n)) * ops.where(seconds[None] < rt60_s[:, None], decay, 0.0)
    energy = ops.sum(ops.square(tail), axis=1, keepdims=True)
    tail = tail * (present * 10.0 ** (-direct_db / 20.0))[:, None] / ops.sqrt(energy + 1e-12)
    re, im = ops.rfft(clips, fft_length)
    tail_re, tail_im = ops.rfft(tail, fft_length)
    reverberation = ops.irfft((re * tail_re - im * tail_im, re * tail_im + im * tail_re), fft_length)
    return clips + reverberation[:, : clips.shape[1]]
