"""The trainer of classical classifiers: scikit-learn's, xgboost's and hmmlearn's, behind a preparation."""

from pathlib import Path

from ser_core.estimators import build_estimator, modules_of
from ser_core.models.card import ClassicCard
from ser_core.models.estimators import SKOPS_FILE, EstimatorModel
from ser_core.models.preparation import Preparation
from ser_core.recipes import EstimatorRecipe
from ser_core.training.classic import ClassicTrainer
from ser_core.training.data.vectors import Vectors
from ser_core.training.trainer import Fitted, Task


class EstimatorTrainer(ClassicTrainer):
    """Fits a classifier in one go: there are no epochs to tell of."""

    _recipe: EstimatorRecipe

    def __init__(self, recipe: EstimatorRecipe) -> None:
        super().__init__(recipe)
        self.modules = ("numpy", "sklearn", "skops", *modules_of(recipe.estimator))

    def fit(self, data: Vectors, task: Task) -> Fitted:
        """Learns the preparation and then the classifier."""
        recipe, seed = self._recipe, task.seed
        x, y, labels = self._rows(data, task.train)
        model = EstimatorModel(Preparation(recipe.pca, recipe.select, seed), build_estimator(recipe.estimator, seed))
        model.classifier.fit(model.preparation.fit(x, y).transform(x), y)
        return self._fitted(model, labels, None, ())

    def export(self, fitted: Fitted, folder: Path, *, quantised: bool = True) -> ClassicCard:
        """The classifier as skops stores it."""
        folder.mkdir(parents=True, exist_ok=True)
        fitted.model.save(folder)
        return self._card(fitted, folder, SKOPS_FILE)
