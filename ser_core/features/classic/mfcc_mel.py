"""141 values: 13 MFCC, 128 mel bands."""

from ser_core.arrays import FloatArray
from ser_core.features.classic.contours import MEL, MFCC, mean_of
from ser_core.features.classic.registry import feature_set
from ser_core.records import Clip

_COLUMNS = (*MFCC[:13], *MEL)


@feature_set(
    "mfcc-mel",
    summary="means of 13 MFCC and 128 mel bands",
    columns=_COLUMNS,
    source="the input of the published one-dimensional network on RAVDESS and TESS",
)
def extract(clip: Clip) -> FloatArray:
    """Means over the clip, float32, shape (141,)."""
    return mean_of(clip, _COLUMNS)
