"""Recipes: everything that makes a model, under one name."""

from dataclasses import dataclass, field

from ser_core.errors import SerError
from ser_core.features.logmel import LogMelConfig


@dataclass(frozen=True)
class Recipe:
    """How a model is made.

    Attributes:
        name: how commands call it.
        summary: one sentence.
        net: name of the architecture.
        features: how the network's input is made.
        n_frames: frames of the window the network sees.
        epochs: passes over the training clips.
        n_disturbed: disturbed copies of each clip (noise, room, channel, speed) beside the recording itself.
    """

    name: str
    summary: str
    net: str
    features: LogMelConfig = field(default_factory=LogMelConfig)
    n_frames: int = 280
    epochs: int = 80
    n_disturbed: int = 4


_RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("crnn", "Residual convolutions, bidirectional LSTM and attention on the log-mel", net="crnn"),
    )
}


def recipes() -> tuple[Recipe, ...]:
    """All recipes, by name."""
    return tuple(_RECIPES[name] for name in sorted(_RECIPES))


def get_recipe(name: str) -> Recipe:
    """The recipe called `name`. Raises SerError when there is none."""
    try:
        return _RECIPES[name]
    except KeyError:
        raise SerError(f"There is no recipe {name!r}. There are: {', '.join(sorted(_RECIPES))}.") from None
