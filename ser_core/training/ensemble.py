"""The trainer of ensembles: networks on the log-mel, and beside them perceptrons on the functionals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ser_core.augment import Copies
from ser_core.corpora import Utterance
from ser_core.models.card import KERAS_FILE, SERVED_FILE, UNFINISHED, ModelCard, digests
from ser_core.models.export import to_tflite
from ser_core.recipes import EnsembleRecipe
from ser_core.training.data.log_mels import Dataset, Functionals, LogMels, prepare, subset
from ser_core.training.fusion import fused
from ser_core.training.network import Trained, fit
from ser_core.training.perceptron import Perceptrons, fit_perceptrons
from ser_core.training.progress import Epoch
from ser_core.training.trainer import Fitted, Task


@dataclass(frozen=True, eq=False)
class Members:
    """The trained members of an ensemble."""

    networks: tuple[Trained, ...]
    perceptrons: Perceptrons | None


class EnsembleTrainer:
    """Trains the networks of an ensemble one after the other, then its perceptrons."""

    modules: tuple[str, ...] = ("keras", "tensorflow", "numpy", "scipy", "soundfile", "soxr")

    def __init__(self, recipe: EnsembleRecipe) -> None:
        self._recipe = recipe

    def makings(self, seed: int) -> tuple[LogMels, Functionals]:
        """Log-mels for the networks, functionals for the perceptrons."""
        recipe = self._recipe
        copies = recipe.perceptrons.copies if recipe.perceptrons else Copies()
        return (
            LogMels(recipe.features, Copies(mixed=recipe.n_copies), seed),
            Functionals(recipe.features, copies, seed),
        )

    def prepare(
        self, utterances: Sequence[Utterance], seed: int, cache_dir: Path, on_clip: Callable[[int, int], None]
    ) -> Dataset:
        """Both of all utterances."""
        return prepare(utterances, *self.makings(seed), cache_dir, on_clip)

    def fit(self, data: Dataset, task: Task) -> Fitted:
        """Epochs are told of one member after the other, numbered through. Networks go on from their checkpoints."""
        recipe = self._recipe
        clips = subset(data, task.train)
        held = subset(data, task.validation) if task.validation else None
        small = recipe.perceptrons
        of_networks = len(recipe.as_recorded) * recipe.epochs
        total = of_networks + (small.number * small.epochs if small else 0)

        def told_after(before: int) -> Callable[[Epoch], None]:
            return lambda epoch: task.on_epoch(replace(epoch, number=before + epoch.number), total)

        networks = []
        for number, share in enumerate(recipe.as_recorded):
            own = task.checkpoint_dir and task.checkpoint_dir / str(number)
            networks.append(
                fit(clips, held, recipe, share, task.seed + number, own, told_after(number * recipe.epochs))
            )
        perceptrons = None
        if small:
            # Minutes where networks take many: they have no checkpoints, and come last.
            perceptrons = fit_perceptrons(clips, small, recipe.most_per_voice, task.seed, told_after(of_networks))
        members = Members(tuple(networks), perceptrons)
        return Fitted(
            members,
            data.labels,
            int(self._whole(members, len(data.labels)).count_params()),
            networks[0].history,
            {"networks": len(networks), "best_epoch": networks[0].best_epoch},
        )

    def export(self, fitted: Fitted, folder: Path, *, quantised: bool = True) -> ModelCard:
        """All members as one Keras model, from log-mel and functionals to logits, and the same for LiteRT."""
        folder.mkdir(parents=True, exist_ok=True)
        model = self._whole(fitted.model, len(fitted.labels))
        model.save(folder / KERAS_FILE)
        (folder / SERVED_FILE).write_bytes(to_tflite(model, int8=quantised))
        return ModelCard(
            name=folder.name,
            summary=self._recipe.summary,
            labels=fitted.labels,
            files=digests(folder, KERAS_FILE, SERVED_FILE),
            **UNFINISHED,
            features=self._recipe.features,
            n_frames=self._recipe.n_frames,
        )

    def _whole(self, members: Members, n_labels: int) -> Any:
        recipe = self._recipe
        weights = [each.weights for each in members.networks]
        gain = recipe.perceptrons.gain if recipe.perceptrons else 0.0
        return fused(
            recipe.net, (recipe.n_frames, recipe.features.n_mels), weights, members.perceptrons, gain, n_labels
        )
