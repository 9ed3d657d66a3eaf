"""40 values: MFCC alone."""

from ser_core.arrays import FloatArray
from ser_core.features.classic.contours import MFCC, mean_of
from ser_core.features.classic.registry import feature_set
from ser_core.records import Clip

_COLUMNS = MFCC


@feature_set(
    "mfcc",
    summary="means of 40 MFCC",
    columns=_COLUMNS,
    source="the input of the published LSTM on TESS",
)
def extract(clip: Clip) -> FloatArray:
    """Means over the clip, float32, shape (40,)."""
    return mean_of(clip, _COLUMNS)
