"""The 181 values over time: means over sixteen stretches of the clip, for models that follow a sequence."""

from ser_core.arrays import FloatArray
from ser_core.features.classic.contours import CHROMA, MEL, MFCC, ZCR, steps_of
from ser_core.features.classic.registry import feature_set
from ser_core.records import Clip

_COLUMNS = (*ZCR, *CHROMA, *MFCC, *MEL)
# A word of one second in stretches of 60 ms, a sentence of four in 250: about a sound, and about a syllable.
_N_STEPS = 16


@feature_set(
    "zcr-chroma-mfcc-mel-steps",
    summary="the 181 means of zero crossings, chroma, MFCC and mel bands, over 16 stretches of the clip",
    columns=_COLUMNS,
    steps=_N_STEPS,
    source="the vector of shallow one-dimensional networks, kept in time for hidden Markov models",
)
def extract(clip: Clip) -> FloatArray:
    """Means over stretches of equal length, float32, shape (16, 181)."""
    return steps_of(clip, _COLUMNS, _N_STEPS)
