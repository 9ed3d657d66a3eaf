"""Noise for many clips at once: of any colour, of many voices, or recorded."""

from typing import Any

import numpy as np
from keras import ops

from ser_core.training.on_device.chance import Chance


def coloured(n_clips: int, slope_db: Any, n: int, fft_length: int, chance: Chance) -> Any:
    """Gaussian noise whose power falls by `slope_db` (clips,) an octave, shape (clips, n), of any level."""
    bins = np.maximum(np.arange(fft_length // 2 + 1), 1)
    # Below the first bins lies nothing that could be heard; a brown noise would have most of its power there.
    octaves = np.log2(np.maximum(bins, bins[-1] * 2.0**-8) / bins[-1]).astype(np.float32)
    shape = 10.0 ** (-slope_db[:, None] * octaves[None] / 20.0)
    both = chance.normal((2, n_clips, len(bins)))
    return ops.irfft((both[0] * shape, both[1] * shape), fft_length)[:, :n]


def rolled(tracks: Any, which: Any, shift: Any) -> Any:
    """Of each clip's track (tracks, n) as much, begun at sample `shift` and going round, shape (clips, n)."""
    n = tracks.shape[1]
    place = (ops.arange(n, dtype="int32")[None] + shift[:, None]) % n
    return ops.take(ops.reshape(tracks, (-1,)), which[:, None] * n + place)


def mixed(clips: Any, spoken: Any, noise: Any, snr_db: Any, present: Any) -> Any:
    """The clips with noise at a ratio of mean squares of `snr_db`, over the part of each clip that is `spoken`.

    Args:
        clips: (clips, n).
        spoken: 1 for samples of the clip, 0 for the silence around them, (clips, n).
        noise: (clips, n), of any level.
        snr_db: shape (clips,).
        present: 1 where there is noise, 0 where not, (clips,).
    """
    power = ops.sum(ops.square(clips) * spoken, axis=1) / ops.maximum(ops.sum(spoken, axis=1), 1.0)
    noise_power = ops.mean(ops.square(noise), axis=1) + 1e-12
    gain = present * ops.sqrt(power / noise_power) * 10.0 ** (-snr_db / 20.0)
    return clips + gain[:, None] * noise
