"""The log-mel of the spoken part as a square image, for two-dimensional networks."""

import numpy as np

from ser_core.arrays import FloatArray
from ser_core.features.classic.registry import feature_set
from ser_core.features.log_mel import LogMelConfig, log_mel
from ser_core.features.model_input import fit_window
from ser_core.records import Clip

# 64 frames of 40 ms are 2.6 s: most sentences of the acted corpora. A larger image costs a VGG in proportion.
_CONFIG = LogMelConfig(hop_length=640, n_mels=64)
_N_FRAMES = 64
# Quieter than this under the loudest frame, at the edges, is silence around the speech.
_SILENCE_DB = 40.0


@feature_set(
    "log-mel-image",
    summary="64 mel bands over 64 frames of 40 ms of the spoken part, in dB",
    columns=tuple(f"mel {k}" for k in range(_CONFIG.n_mels)),
    steps=_N_FRAMES,
    source="the usual input of image networks on sound",
)
def extract(clip: Clip) -> FloatArray:
    """Levels with mean 0 and deviation 1 over the spoken part, float32, shape (64, 64), time first.

    A longer clip is cut to its middle; after a shorter one there are zeros.
    """
    level_db = log_mel(clip, _CONFIG)
    loudest_db = level_db.max(axis=1)
    spoken = np.flatnonzero(loudest_db > loudest_db.max() - _SILENCE_DB)
    level_db = level_db[spoken[0] : spoken[-1] + 1]
    return fit_window((level_db - level_db.mean()) / (level_db.std() + 1e-3), _N_FRAMES).astype(np.float32)
