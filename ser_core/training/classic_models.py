"""One small protocol for every classic model: fit, predict_proba, save without pickles, load."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ser_core.arrays import DoubleArray, FloatArray, IntArray
from ser_core.errors import ModelError
from ser_core.estimators import build_estimator
from ser_core.models.card import KERAS_FILE
from ser_core.models.estimators import SKOPS_FILE, EstimatorModel
from ser_core.models.preparation import Preparation
from ser_core.recipes import ClassicRecipe


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
        return TrainableEstimator(preparation, build_estimator(recipe.estimator, seed))
    from ser_core.training.classic_networks import NetworkModel, Training

    training = Training(
        epochs or recipe.epochs or 1, recipe.batch_size, recipe.learning_rate, seed, recipe.half_precision
    )
    return NetworkModel(recipe.net or "", preparation, training)


def load_classic(folder: Path) -> ClassicModel:
    """A stored model. Raises ModelError when the folder has none, or one that holds types nobody vouches for."""
    if (path := folder / SKOPS_FILE).is_file():
        stored = EstimatorModel.loads(path.read_bytes(), path)
        return TrainableEstimator(stored.preparation, stored.classifier)
    if (folder / KERAS_FILE).is_file():
        from ser_core.training.classic_networks import NetworkModel

        return NetworkModel.load(folder)
    raise ModelError(f"{folder} holds neither {SKOPS_FILE} nor {KERAS_FILE}.")


class TrainableEstimator:
    """A classical classifier behind its preparation, which can learn."""

    n_parameters: int | None = None

    def __init__(self, preparation: Preparation, classifier: Any) -> None:
        self._model = EstimatorModel(preparation, classifier)

    def fit(
        self, x: FloatArray, y: IntArray, on_epoch: Callable[[FitEpoch], None] = lambda epoch: None
    ) -> tuple[FitEpoch, ...]:
        """Learns the preparation and then the classifier."""
        self._model.classifier.fit(self._model.preparation.fit(x, y).transform(x), y)
        return ()

    def predict_proba(self, x: FloatArray) -> DoubleArray:
        """Probabilities of the classes, shape (n, classes)."""
        return self._model.predict_proba(x)

    def save(self, folder: Path) -> tuple[str, ...]:
        """Writes `model.skops`."""
        folder.mkdir(parents=True, exist_ok=True)
        self._model.save(folder)
        return (SKOPS_FILE,)

    def save_served(self, folder: Path) -> tuple[str, ...]:
        """Writes nothing: scikit-learn answers from `model.skops`."""
        return ()
