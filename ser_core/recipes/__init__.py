"""Recipes: everything that determines a model, under one name."""

from ser_core.errors import SerError
from ser_core.recipes.classic import CLASSIC, ClassicRecipe, EstimatorRecipe, NetworkRecipe
from ser_core.recipes.encoder import WHISPER, WHISPER_SHALLOW, EncoderRecipe, FineTunedRecipe
from ser_core.recipes.ensemble import CRNN, EnsembleRecipe, PerceptronKnobs, SpecAugment
from ser_core.recipes.recipe import Recipe

__all__ = [
    "WHISPER",
    "WHISPER_SHALLOW",
    "ClassicRecipe",
    "EncoderRecipe",
    "EnsembleRecipe",
    "EstimatorRecipe",
    "FineTunedRecipe",
    "NetworkRecipe",
    "PerceptronKnobs",
    "Recipe",
    "SpecAugment",
    "get_recipe",
    "recipes",
]

_RECIPES: dict[str, Recipe] = {recipe.name: recipe for recipe in (WHISPER, WHISPER_SHALLOW, CRNN, *CLASSIC)}


def recipes() -> tuple[Recipe, ...]:
    """All recipes: the served models' first, then the classic ones in their usual order."""
    return tuple(_RECIPES.values())


def get_recipe(name: str) -> Recipe:
    """The recipe called `name`. Raises SerError when there is none."""
    try:
        return _RECIPES[name]
    except KeyError:
        raise SerError(
            "There is no recipe {name}. Known recipes: {recipes}.", name=repr(name), recipes=", ".join(_RECIPES)
        ) from None
