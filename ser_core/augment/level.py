"""Recording level: a quiet voice, far from the microphone, coarsely quantised."""

import numpy as np

from ser_core.records import Clip


def in_sixteen_bits(clip: Clip, peak_dbfs: float) -> Clip:
    """The clip with its loudest sample at `peak_dbfs`, rounded to the steps of 16 bits."""
    scale = 10 ** (peak_dbfs / 20) / np.abs(clip.samples).max()
    return Clip((np.round(clip.samples * scale * 32768) / 32768).astype(np.float32), clip.rate_hz)
