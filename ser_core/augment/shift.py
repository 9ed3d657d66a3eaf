"""Place in time: what was said a little earlier or later in the recording."""

import numpy as np

from ser_core.records import Clip


def shifted(clip: Clip, seconds: float) -> Clip:
    """The clip moved by `seconds`, later where positive; what leaves at one end comes back at the other."""
    return Clip(np.roll(clip.samples, round(seconds * clip.rate_hz)), clip.rate_hz)
