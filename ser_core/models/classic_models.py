"""One small protocol for every classic model: fit, predict_proba, save without pickles, load."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray, IntArray
from ser_core.errors import ModelError
from ser_core.estimators import build_estimator, trusted_types
from ser_core.models.card import KERAS_FILE
from ser_core.models.preparation import Preparation
from ser_core.recipes import ClassicRecipe

SKOPS_FILE = "model.skops"

# Types of ours that a stored classifier holds.
_OWN_TYPES = frozenset({"ser_core.models.preparation.Preparation"})


@dataclass(frozen=True)
class FitEpoch:
    """How one epoch of a network went: mean loss, and share of training clips answered right on the way."""

    number: int
    loss: float
    accuracy: float


class ClassicModel(Protocol):
    """A classifier of values of a feature set.

    Attributes:
        n_parameters: parameters of a fitted network; None where the word means nothing.
    """

    n_parameters: int | None

    def fit(
        self, x: FloatArray, y: IntArray, on_epoch: Callable[[FitEpoch], None] = lambda epoch: None
    ) -> tuple[FitEpoch, ...]:
        """Learns from values (n, *shape) and classes 0, 1, ... (n,). Epochs are told by networks only."""
        ...

    def predict_proba(self, x: FloatArray) -> DoubleArray:
        """Probabilities of the classes, shape (n, classes)."""
        ...

    def save(self, folder: Path) -> tuple[str, ...]:
        """Writes the model into a folder; the names of its files."""
        ...

    def save_served(self, folder: Path) -> tuple[str, ...]:
        """Writes beside it what answers without Keras, where that is another file; the names of such files."""
        ...


def build_classic(
    recipe: ClassicRecipe, *, pca: int | None, select: int | None, epochs: int | None, seed: int
) -> ClassicModel:
    """An unfitted model of a recipe."""
    preparation = Preparation(pca, select, seed)
    if recipe.estimator is not None:
        return EstimatorModel(preparation, build_estimator(recipe.estimator, seed))
    from ser_core.training.classic_networks import NetworkModel, Training

    training = Training(
        epochs or recipe.epochs or 1, recipe.batch_size, recipe.learning_rate, seed, recipe.half_precision
    )
    return NetworkModel(recipe.net or "", preparation, training)


def load_classic(folder: Path) -> ClassicModel:
    """A stored model. Raises ModelError when the folder has none, or one that holds types nobody vouches for."""
    if (folder / SKOPS_FILE).is_file():
        return EstimatorModel.load(folder)
    if (folder / KERAS_FILE).is_file():
        from ser_core.training.classic_networks import NetworkModel

        return NetworkModel.load(folder)
    raise ModelError(f"{folder} holds neither {SKOPS_FILE} nor {KERAS_FILE}.")


class EstimatorModel:
    """A classical classifier behind its preparation."""

    def __init__(self, preparation: Preparation, classifier: Any) -> None:
        self.preparation = preparation
        self.classifier = classifier
        self.n_parameters: int | None = None

    def fit(
        self, x: FloatArray, y: IntArray, on_epoch: Callable[[FitEpoch], None] = lambda epoch: None
    ) -> tuple[FitEpoch, ...]:
        """Learns the preparation and then the classifier."""
        self.classifier.fit(self.preparation.fit(x, y).transform(x), y)
        return ()

    def predict_proba(self, x: FloatArray) -> DoubleArray:
        """Probabilities of the classes, shape (n, classes)."""
        return np.asarray(self.classifier.predict_proba(self.preparation.transform(x)), dtype=np.float64)

    def save(self, folder: Path) -> tuple[str, ...]:
        """Writes `model.skops`."""
        import skops.io

        folder.mkdir(parents=True, exist_ok=True)
        skops.io.dump({"preparation": self.preparation, "classifier": self.classifier}, folder / SKOPS_FILE)
        return (SKOPS_FILE,)

    def save_served(self, folder: Path) -> tuple[str, ...]:
        """Writes nothing: scikit-learn answers from `model.skops`."""
        return ()

    @classmethod
    def load(cls, folder: Path) -> "EstimatorModel":
        """Reads `model.skops`. Raises ModelError when it holds types that no classifier of ours has."""
        path = folder / SKOPS_FILE
        return cls.loads(path.read_bytes(), path)

    @classmethod
    def loads(cls, content: bytes, path: Path) -> "EstimatorModel":
        """Reads what `model.skops` at `path` holds. Raises ModelError as `load` does."""
        import skops.io

        unknown = set(skops.io.get_untrusted_types(data=content))
        if strangers := unknown - trusted_types() - _OWN_TYPES:
            raise ModelError(f"{path} holds types that no model of this program has: {', '.join(sorted(strangers))}.")
        stored = skops.io.loads(content, trusted=sorted(unknown))
        return cls(stored["preparation"], stored["classifier"])
