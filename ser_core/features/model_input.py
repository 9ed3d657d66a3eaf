"""From a clip to what a network is given: the spoken part, normalised, in a window of fixed length."""

import numpy as np
import numpy.typing as npt

from ser_core.features.logmel import LogMelConfig, log_mel
from ser_core.records import Clip

Frames = npt.NDArray[np.float32]

# Frames whose loudest band stays this far under the clip's loudest are silence before and after the speech.
_SILENCE_DB = 40.0


def spoken_frames(clip: Clip, config: LogMelConfig) -> Frames:
    """Log-mel of the clip without the silence around the speech, float32, shape (frames, n_mels).

    Normalised by one mean and one deviation over all its cells: the level of the recording goes, the shape of
    the spectrum and its movement stay. Trials on RAVDESS favoured this over normalising each band by itself.
    """
    level_db = log_mel(clip, config)
    loudest_db = level_db.max(axis=1)
    spoken = np.flatnonzero(loudest_db > loudest_db.max() - _SILENCE_DB)
    level_db = level_db[spoken[0] : spoken[-1] + 1]
    return (level_db - level_db.mean()) / (level_db.std() + 1e-3)


def fit_window(frames: Frames, n_frames: int, start: int | None = None) -> Frames:
    """Exactly `n_frames` of `frames`: cut from `start` (the middle by default), or zeros added at the end."""
    extra = len(frames) - n_frames
    if extra >= 0:
        start = extra // 2 if start is None else start
        return frames[start : start + n_frames]
    return np.pad(frames, ((0, -extra), (0, 0)))
