"""The feature sets of the classic models: one vector (or a short sequence, or an image) a clip. One row a set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ser_core.arrays import FloatArray
from ser_core.errors import AudioError, SerError
from ser_core.features.contours import (
    CHROMA,
    CONTRAST,
    MEL,
    MFCC,
    RMS,
    TONNETZ,
    ZCR,
    contours,
    means,
    means_in_steps,
)
from ser_core.features.log_mel import LogMelConfig, log_mel
from ser_core.features.model_input import fit_window
from ser_core.records import Clip

# What the contours are made at; every clip is decoded to it.
RATE_HZ = 16_000
# A word of one second in stretches of 60 ms, a sentence of four in 250: about a sound, and about a syllable.
_N_STEPS = 16
# 64 frames of 40 ms are 2.6 s: most sentences of the acted corpora. A larger image costs a VGG in proportion.
_IMAGE_CONFIG = LogMelConfig(hop_length=640, n_mels=64)
_IMAGE_FRAMES = 64
# Quieter than this under the loudest frame, at the edges, is silence around the speech.
_SILENCE_DB = 40.0


@dataclass(frozen=True, eq=False)
class Sound:
    """A clip with its contours, which several sets share; both go when the extraction is done."""

    clip: Clip

    @cached_property
    def contours(self) -> FloatArray:
        """See `ser_core.features.contours`."""
        return contours(self.clip)


def _means(sound: Sound, columns: Sequence[str]) -> FloatArray:
    return means(sound.contours, columns)


def _steps(sound: Sound, columns: Sequence[str]) -> FloatArray:
    return means_in_steps(sound.contours, columns, _N_STEPS)


def _log_mel_image(sound: Sound, _: Sequence[str]) -> FloatArray:
    """Levels with mean 0 and deviation 1 over the spoken part, float32, shape (64, 64), time first.

    A longer clip is cut to its middle; after a shorter one there are zeros.
    """
    level_db = log_mel(sound.clip, _IMAGE_CONFIG)
    loudest_db = level_db.max(axis=1)
    spoken = np.flatnonzero(loudest_db > loudest_db.max() - _SILENCE_DB)
    level_db = level_db[spoken[0] : spoken[-1] + 1]
    return fit_window((level_db - level_db.mean()) / (level_db.std() + 1e-3), _IMAGE_FRAMES).astype(np.float32)


@dataclass(frozen=True)
class FeatureSet:
    """What a classic model sees of a clip.

    Attributes:
        name: how recipes call it.
        summary: one sentence.
        columns: names of the values along the last axis.
        source: where the set comes from.
        steps: length of the first axis where the set keeps time, None where it is one vector.
        version: raised when the values change, so that caches and models do not mix them up.
        made_by: how the values come about where they are not means of the columns over the clip.
    """

    name: str
    summary: str
    columns: tuple[str, ...]
    source: str
    steps: int | None = None
    version: int = 1
    made_by: Callable[[Sound, Sequence[str]], FloatArray] = _means

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the values of one clip."""
        return (len(self.columns),) if self.steps is None else (self.steps, len(self.columns))

    def extract(self, clip: Clip) -> FloatArray:
        """The values of a clip, float32, of `shape`. Raises AudioError for an empty clip or one not at 16 kHz."""
        return self.extract_from(Sound(clip))

    def extract_from(self, sound: Sound) -> FloatArray:
        """The values of a clip from which other sets are extracted too. Raises AudioError as `extract` does."""
        clip = sound.clip
        if clip.rate_hz != RATE_HZ:
            raise AudioError(
                "Features are made at {rate_hz} Hz; got a clip at {rate_hz2} Hz.",
                rate_hz=RATE_HZ,
                rate_hz2=clip.rate_hz,
            )
        if not len(clip.samples):
            raise AudioError("The clip is empty; there is nothing to measure in it.")
        return self.made_by(sound, self.columns)


_TABLE = (
    FeatureSet("mfcc", "means of 40 MFCC", MFCC, source="the input of the published LSTM on TESS"),
    FeatureSet(
        "mfcc-mel",
        "means of 13 MFCC and 128 mel bands",
        (*MFCC[:13], *MEL),
        source="the input of the published one-dimensional network on RAVDESS and TESS",
    ),
    FeatureSet(
        "mfcc-chroma-mel",
        "means of 40 MFCC, 12 chroma and 128 mel bands",
        (*MFCC, *CHROMA, *MEL),
        source="the vector of the widely copied RAVDESS tutorials with scikit-learn's MLP",
    ),
    FeatureSet(
        "mfcc-chroma-mel-contrast-tonnetz",
        "means of 40 MFCC, 12 chroma, 128 mel bands, 7 contrasts and 6 tonnetz",
        (*MFCC, *CHROMA, *MEL, *CONTRAST, *TONNETZ),
        source="the longer vector of the same tutorials, first used for urban sounds",
    ),
    FeatureSet(
        "zcr-chroma-mfcc-mel",
        "means of zero crossings, 12 chroma, 40 MFCC and 128 mel bands",
        (*ZCR, *CHROMA, *MFCC, *MEL),
        source="the vector of shallow one-dimensional networks on RAVDESS",
    ),
    FeatureSet(
        "zcr-chroma-mfcc-mel-steps",
        f"the 181 means of zero crossings, chroma, MFCC and mel bands, over {_N_STEPS} stretches of the clip",
        (*ZCR, *CHROMA, *MFCC, *MEL),
        source="the vector of shallow one-dimensional networks, kept in time for hidden Markov models",
        steps=_N_STEPS,
        made_by=_steps,
    ),
    FeatureSet(
        "zcr-chroma-mfcc-rms-mel",
        "means of zero crossings, 12 chroma, 20 MFCC, RMS and 128 mel bands",
        (*ZCR, *CHROMA, *MFCC[:20], *RMS, *MEL),
        source="the vector of the augmented one-dimensional networks on four corpora",
    ),
    FeatureSet(
        "log-mel-image",
        "64 mel bands over 64 frames of 40 ms of the spoken part, in dB",
        MEL[: _IMAGE_CONFIG.n_mels],
        source="the usual input of image networks on sound",
        steps=_IMAGE_FRAMES,
        made_by=_log_mel_image,
    ),
)
FEATURE_SETS = {each.name: each for each in _TABLE}


def get_feature_set(name: str) -> FeatureSet:
    """The feature set called `name`. Raises SerError when there is none."""
    try:
        return FEATURE_SETS[name]
    except KeyError:
        raise SerError(
            "There is no feature set {name}. Known sets: {join}.", name=repr(name), join=", ".join(sorted(FEATURE_SETS))
        ) from None
