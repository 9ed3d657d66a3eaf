"""162 values: zero-crossing rate, 12 chroma, 20 MFCC, RMS, 128 mel bands."""

from ser_core.arrays import FloatArray
from ser_core.features.classic.contours import CHROMA, MEL, MFCC, RMS, ZCR, mean_of
from ser_core.features.classic.registry import feature_set
from ser_core.records import Clip

_COLUMNS = (*ZCR, *CHROMA, *MFCC[:20], *RMS, *MEL)


@feature_set(
    "zcr-chroma-mfcc-rms-mel",
    summary="means of zero crossings, 12 chroma, 20 MFCC, RMS and 128 mel bands",
    columns=_COLUMNS,
    source="the vector of the augmented one-dimensional networks on four corpora",
)
def extract(clip: Clip) -> FloatArray:
    """Means over the clip, float32, shape (162,)."""
    return mean_of(clip, _COLUMNS)
