"""What the trainers of classic recipes share: the values of a feature set, and the card of a classic model."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ser_core.arrays import FloatArray, IntArray
from ser_core.corpora import Utterance
from ser_core.features.feature_sets import get_feature_set
from ser_core.labels import Emotion
from ser_core.models.card import UNFINISHED, ClassicCard, digests
from ser_core.recipes import ClassicRecipe
from ser_core.training.data.vectors import Values, Vectors, prepare, values_of
from ser_core.training.progress import Epoch
from ser_core.training.trainer import Fitted


class ClassicTrainer:
    """Prepares values and writes cards; subclasses fit different models to the values."""

    def __init__(self, recipe: ClassicRecipe) -> None:
        self._recipe = recipe

    def makings(self, seed: int) -> tuple[Values, ...]:
        """The values of the recordings and of their augmented copies."""
        return values_of(self._recipe.features, self._recipe.augment, self._recipe.noise_dir, seed)

    def prepare(
        self, utterances: Sequence[Utterance], seed: int, cache_dir: Path, on_clip: Callable[[int, int], None]
    ) -> Vectors:
        """The values of all utterances."""
        return prepare(utterances, self.makings(seed), cache_dir, on_clip)

    def _rows(self, data: Vectors, train: Sequence[Utterance]) -> tuple[FloatArray, IntArray, tuple[Emotion, ...]]:
        """Values and classes of some utterances and of their augmented copies only."""
        labels = tuple(e for e in Emotion if any(u.emotion == e for u in train))
        rows = data.rows(train)
        truth = np.array([labels.index(u.emotion) for u in train], dtype=np.int64)
        n_copies = data.copies.shape[1]
        x = np.concatenate([data.clean[rows], *(data.copies[rows, k] for k in range(n_copies))])
        return x, np.tile(truth, 1 + n_copies), labels

    def _fitted(
        self, model: Any, labels: tuple[Emotion, ...], n_parameters: int | None, history: tuple[Epoch, ...]
    ) -> Fitted:
        recipe = self._recipe
        facts = {"augment": list(recipe.augment), "pca": recipe.pca, "select": recipe.select}
        return Fitted(model, labels, n_parameters, history, facts)

    def _card(self, fitted: Fitted, folder: Path, *files: str) -> ClassicCard:
        return ClassicCard(
            name=folder.name,
            summary=self._recipe.summary,
            labels=fitted.labels,
            files=digests(folder, *files),
            **UNFINISHED,
            features=self._recipe.features,
            features_version=get_feature_set(self._recipe.features).version,
        )
