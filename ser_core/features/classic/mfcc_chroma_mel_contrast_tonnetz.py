"""193 values: 40 MFCC, 12 chroma, 128 mel bands, 7 of spectral contrast, 6 of tonnetz."""

from ser_core.arrays import FloatArray
from ser_core.features.classic.contours import CHROMA, CONTRAST, MEL, MFCC, TONNETZ, mean_of
from ser_core.features.classic.registry import feature_set
from ser_core.records import Clip

_COLUMNS = (*MFCC, *CHROMA, *MEL, *CONTRAST, *TONNETZ)


@feature_set(
    "mfcc-chroma-mel-contrast-tonnetz",
    summary="means of 40 MFCC, 12 chroma, 128 mel bands, 7 contrasts and 6 tonnetz",
    columns=_COLUMNS,
    source="the longer vector of the same tutorials, first used for urban sounds",
)
def extract(clip: Clip) -> FloatArray:
    """Means over the clip, float32, shape (193,)."""
    return mean_of(clip, _COLUMNS)
