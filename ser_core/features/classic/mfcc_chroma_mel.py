"""180 values: 40 MFCC, 12 chroma, 128 mel bands."""

from ser_core.arrays import FloatArray
from ser_core.features.classic.contours import CHROMA, MEL, MFCC, mean_of
from ser_core.features.classic.registry import feature_set
from ser_core.records import Clip

_COLUMNS = (*MFCC, *CHROMA, *MEL)


@feature_set(
    "mfcc-chroma-mel",
    summary="means of 40 MFCC, 12 chroma and 128 mel bands",
    columns=_COLUMNS,
    source="the vector of the widely copied RAVDESS tutorials with scikit-learn's MLP",
)
def extract(clip: Clip) -> FloatArray:
    """Means over the clip, float32, shape (180,)."""
    return mean_of(clip, _COLUMNS)
