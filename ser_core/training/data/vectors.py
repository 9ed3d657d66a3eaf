"""Training data of classic models: the values of a feature set for every clip and its augmented copies."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ser_core import audio
from ser_core.arrays import FloatArray, IntArray, Samples
from ser_core.augment import augmented, noise_files
from ser_core.corpora import Utterance
from ser_core.dsp.conditioning import condition
from ser_core.errors import AudioError, CorpusError
from ser_core.features.feature_sets import Sound, get_feature_set
from ser_core.records import Clip
from ser_core.training.data.cache import Arrays, Source, make

# Raised when the augmentations change, so that old cache files are not read.
_VERSION = 2


@dataclass(frozen=True)
class Values:
    """The values of a feature set, float32, shape (1, *shape).

    Attributes:
        features: name of the set.
        augmentation: augmentation applied first; None uses the clip as recorded.
        noises: recordings for the augmentation "noise"; without any, noise is generated.
        seed: seed of all randomness.
    """

    features: str
    augmentation: str | None = None
    noises: tuple[Path, ...] = ()
    seed: int = 0

    @property
    def name(self) -> str:
        """See `Making`."""
        name = f"{self.features}-conditioned-v{get_feature_set(self.features).version}"
        if self.augmentation:
            name += f"-{self.augmentation}-v{_VERSION}-seed{self.seed}"
        if self.noises:
            content = hashlib.sha256()
            for path in self.noises:
                content.update(hashlib.sha256(path.read_bytes()).digest())
            name += f"-{content.hexdigest()[:12]}"
        return name

    @property
    def hears_others(self) -> bool:
        """See `Making`."""
        return self.augmentation in ("mixed", "noisy")

    def make(self, source: Source, clip: Clip, shared: dict[str, Any]) -> Arrays:
        """See `Making`."""
        key = f"{self.augmentation} {self.seed} {self.noises}"
        # Several sets of the same copy share its contours.
        if key not in shared:
            shared[key] = Sound(condition(self._copy(source, clip) if self.augmentation else clip))
        return [get_feature_set(self.features).extract_from(shared[key])[None]]

    def _copy(self, source: Source, clip: Clip) -> Clip:
        name = self.augmentation or ""
        rng = source.rng(self.seed, name)
        others = source.talkers(rng) if self.hears_others else _one_noise(self.noises, rng)
        return augmented(clip, name, others, rng)


def values_of(features: str, augment: Sequence[str], noise_dir: Path | None, seed: int) -> tuple[Values, ...]:
    """The values of the recordings, then those of one copy for each augmentation."""
    noises = noise_files(noise_dir) if noise_dir else ()
    copies = (Values(features, name, noises if name == "noise" else (), seed) for name in augment)
    return (Values(features), *copies)


@dataclass(frozen=True, eq=False)
class Vectors:
    """The values of a feature set for some utterances.

    Attributes:
        utterances: the utterance of each row.
        clean: values of the recordings, float32, shape (n, *shape).
        copies: values of their augmented copies, float32, shape (n, augmentations, *shape).
    """

    utterances: tuple[Utterance, ...]
    clean: FloatArray
    copies: FloatArray

    def rows(self, utterances: Sequence[Utterance]) -> IntArray:
        """The rows of some of the utterances."""
        place = {u.path: i for i, u in enumerate(self.utterances)}
        return np.array([place[u.path] for u in utterances], dtype=np.int64)


def prepare(
    utterances: Sequence[Utterance],
    values: Sequence[Values],
    cache_dir: Path,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Vectors:
    """The values of every utterance, as `values_of` lists them. Raises AudioError as `make` does."""
    made = make(utterances, values, cache_dir, on_progress)
    clean, *copies = (np.concatenate([array for (array,) in made[each.name]]) for each in values)
    no_copies = np.empty((len(clean), 0, *clean.shape[1:]), dtype=np.float32)
    return Vectors(tuple(utterances), clean, np.stack(copies, axis=1) if copies else no_copies)


def _one_noise(paths: Sequence[Path], rng: np.random.Generator) -> list[Samples]:
    if not paths:
        return []
    path = paths[int(rng.integers(len(paths)))]
    try:
        return [audio.read_clip(path).samples]
    except AudioError as error:
        raise CorpusError(f"The noise {path} cannot be used: {error}") from error
