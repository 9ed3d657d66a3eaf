"""The trained parts of a recipe: its networks on the log-mel, and beside them perceptrons on the functionals."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ser_core.recipes.network import Recipe
from ser_core.training.batches import Distortion
from ser_core.training.dataset import Dataset
from ser_core.training.fusion import fused, to_litert
from ser_core.training.loop import Epoch, Schedule, Trained, fit
from ser_core.training.perceptron import Perceptrons, PerceptronSchedule, fit_perceptrons


@dataclass(frozen=True, eq=False)
class Parts:
    """What a training leaves, and how it is put together."""

    recipe: Recipe
    trained: tuple[Trained, ...]
    perceptrons: Perceptrons | None
    n_labels: int

    def keras_model(self, batch_size: int | None = None) -> Any:
        """All parts as one Keras model, from log-mel and functionals to logits."""
        recipe = self.recipe
        shape = (recipe.n_frames, recipe.features.n_mels)
        weights = [each.weights for each in self.trained]
        return fused(recipe.net, shape, weights, self.perceptrons, recipe.perceptron_gain, self.n_labels, batch_size)

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

    Epochs are told of one part after the other, numbered through.
    """
    schedule = Schedule(
        net=recipe.net,
        n_frames=recipe.n_frames,
        epochs=epochs or recipe.epochs,
        most_per_voice=recipe.most_per_voice,
        seed=seed,
    )
    small = PerceptronSchedule(most_per_voice=recipe.most_per_voice)
    of_networks = len(recipe.as_recorded) * schedule.epochs
    total = of_networks + recipe.n_perceptrons * small.epochs

    def told_after(before: int) -> Callable[[Epoch], None]:
        return lambda epoch: on_epoch(replace(epoch, number=before + epoch.number), total)

    trained = []
    for number, share in enumerate(recipe.as_recorded):
        trained.append(
            fit(
                train,
                validation,
                replace(schedule, seed=seed + number, distortion=Distortion(as_recorded=share)),
                checkpoint_dir=checkpoint_dir and checkpoint_dir / str(number),
                on_epoch=told_after(number * schedule.epochs),
            )
        )
    perceptrons = None
    if recipe.n_perceptrons:
        # Minutes where networks take many: they have no checkpoints, and come last.
        perceptrons = fit_perceptrons(
            train, small, number=recipe.n_perceptrons, seed=seed, on_epoch=told_after(of_networks)
        )
    return Parts(recipe, tuple(trained), perceptrons, len(train.labels))
