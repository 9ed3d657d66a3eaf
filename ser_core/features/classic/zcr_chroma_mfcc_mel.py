"""181 values: zero-crossing rate, 12 chroma, 40 MFCC, 128 mel bands."""

from ser_core.arrays import FloatArray
from ser_core.features.classic.contours import CHROMA, MEL, MFCC, ZCR, mean_of
from ser_core.features.classic.registry import feature_set
from ser_core.records import Clip

_COLUMNS = (*ZCR, *CHROMA, *MFCC, *MEL)


@feature_set(
    "zcr-chroma-mfcc-mel",
    summary="means of zero crossings, 12 chroma, 40 MFCC and 128 mel bands",
    columns=_COLUMNS,
    source="the vector of shallow one-dimensional networks on RAVDESS",
)
def extract(clip: Clip) -> FloatArray:
    """Means over the clip, float32, shape (181,)."""
    return mean_of(clip, _COLUMNS)
