"""The trainer of each kind of recipe."""

from importlib.util import find_spec

from ser_core.errors import SerError
from ser_core.recipes import EncoderRecipe, EnsembleRecipe, EstimatorRecipe, FineTunedRecipe, NetworkRecipe, Recipe
from ser_core.training.trainer import Trainer


def trainer_of(recipe: Recipe) -> Trainer:
    """What trains a recipe. Raises SerError when a package that it needs is missing."""
    made = _trainer_of(recipe)
    if missing := [module for module in made.modules if find_spec(module) is None]:
        raise SerError(f"Training {recipe.name} needs {', '.join(missing)}: pip install -r requirements-train.lock.")
    return made


def _trainer_of(recipe: Recipe) -> Trainer:
    # Imported here: no kind has to wait for the libraries of another.
    if isinstance(recipe, FineTunedRecipe):
        from ser_core.training.encoder import FineTunedTrainer

        return FineTunedTrainer(recipe)
    if isinstance(recipe, EncoderRecipe):
        from ser_core.training.encoder import EncoderTrainer

        return EncoderTrainer(recipe)
    if isinstance(recipe, EnsembleRecipe):
        from ser_core.training.ensemble import EnsembleTrainer

        return EnsembleTrainer(recipe)
    if isinstance(recipe, NetworkRecipe):
        from ser_core.training.classic_network import NetworkTrainer

        return NetworkTrainer(recipe)
    if isinstance(recipe, EstimatorRecipe):
        from ser_core.training.classic_estimator import EstimatorTrainer

        return EstimatorTrainer(recipe)
    raise TypeError(f"No trainer for {type(recipe).__name__}.")
