"""The feature sets of the classic models: one vector (or a short sequence, or an image) a clip. One file a set.

librosa makes the contours; it is imported by the first extraction, never by importing this.
"""

from ser_core.features.classic import (  # noqa: F401  (each import registers a feature set)
    log_mel_image,
    mfcc,
    mfcc_chroma_mel,
    mfcc_chroma_mel_contrast_tonnetz,
    mfcc_mel,
    zcr_chroma_mfcc_mel,
    zcr_chroma_mfcc_mel_steps,
    zcr_chroma_mfcc_rms_mel,
)
from ser_core.features.classic.registry import FeatureSet, feature_sets, get_feature_set

__all__ = ["FeatureSet", "feature_sets", "get_feature_set"]
