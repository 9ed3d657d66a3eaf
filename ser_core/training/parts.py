"""The trained parts of a recipe: its networks, and beside it the linear model on the functionals."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ser_core.recipes.network import Recipe
from ser_core.training.batches import Distortion
from ser_core.training.dataset import Dataset
from ser_core.training.export import fused, to_litert
from ser_core.training.linear import Linear, fit_linear
from ser_core.training.loop import Epoch, Schedule, Trained, fit


@dataclass(frozen=True, eq=False)
class Parts:
    """What a training leaves, and how it is put together."""

    recipe: Recipe
    trained: tuple[Trained, ...]
    linear: Linear | None
    n_labels: int

    def keras_model(self, batch_size: int | None = None) -> Any:
        """All parts as one Keras model, from log-mel and functionals to logits."""
        recipe = self.recipe
        shape = (recipe.n_frames, recipe.features.n_mels)
        weights = [each.weights for each in self.trained]
        return fused(recipe.net, shape, weights, self.linear, recipe.linear_gain, self.n_labels, batch_size)

    def served(self, *, int8: bool = True) -> bytes:
        """The LiteRT file, for one clip at a time."""
        return to_litert(self.keras_model(batch_size=1), int8=int8)


def train_parts(
    recipe: Recipe,
    train: Dataset,
    validation: Dataset | None,
    *,
    epochs: int | None = None,
    seed: int = 0,
    checkpoint_dir: Path | None = None,
    on_epoch: Callable[[Epoch, int], None] = lambda epoch, total: None,
) -> Parts:
    """Trains the parts of a recipe; `checkpoint_dir` as for `loop.fit`.

    Epochs are told of one network after the other, numbered through.
    """
    schedule = Schedule(
        net=recipe.net,
        n_frames=recipe.n_frames,
        epochs=epochs or recipe.epochs,
        most_per_voice=recipe.most_per_voice,
        seed=seed,
    )
    linear = None
    if recipe.linear_gain:
        linear = fit_linear(
            train,
            penalty=recipe.linear_penalty,
            voice_penalty=recipe.linear_voice_penalty,
        )
    total = len(recipe.as_recorded) * schedule.epochs
    trained = []
    for number, share in enumerate(recipe.as_recorded):

        def tell(epoch: Epoch, before: int = number * schedule.epochs) -> None:
            on_epoch(replace(epoch, number=before + epoch.number), total)

        trained.append(
            fit(
                train,
                validation,
                replace(schedule, seed=seed + number, distortion=Distortion(as_recorded=share)),
                checkpoint_dir=checkpoint_dir and checkpoint_dir / str(number),
                on_epoch=tell,
            )
        )
    return Parts(recipe, tuple(trained), linear, len(train.labels))
