"""The trainer of pretrained encoders: encoder and head learn together, from sound that is augmented on the device."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ser_core.config import load_settings
from ser_core.corpora import Utterance
from ser_core.errors import ModelError
from ser_core.features.whisper_log_mel import VERSION
from ser_core.labels import Emotion
from ser_core.models.card import SERVED_FILE, UNCALIBRATED, WEIGHTS_FILE, EncoderCard, digests
from ser_core.nets.whisper import Recogniser, load_encoder
from ser_core.nets.whisper.network import Weights
from ser_core.nets.whisper.quantised import read_quantised, write_quantised
from ser_core.nets.whisper.serving import serving_model, to_lite
from ser_core.recipes import EncoderRecipe
from ser_core.training.data.cache import Making
from ser_core.training.progress import Epoch
from ser_core.training.trainer import Fitted, Task

BASE = {
    "name": "Whisper tiny.en, its encoder",
    "citation": "Radford et al. 2022, arXiv 2212.04356",
    "licence": "MIT",
    "copyright": "Copyright (c) 2022 OpenAI",
}
# What is told of as an epoch.
_STEPS_TOLD = 100
_TRAINED_ON = "trained-on.json"


class EncoderTrainer:
    """Fine-tunes the encoder with its head, for a fixed number of steps."""

    modules: tuple[str, ...] = ("keras", "tensorflow", "numpy", "scipy", "soundfile")

    def __init__(self, recipe: EncoderRecipe) -> None:
        self._recipe = recipe

    def makings(self, seed: int) -> tuple[Making, ...]:
        """Nothing: clips are augmented anew at each step."""
        return ()

    def prepare(
        self, utterances: Sequence[Utterance], seed: int, cache_dir: Path, on_clip: Callable[[int, int], None]
    ) -> tuple[Sequence[Utterance], Callable[[int, int], None]]:
        """The utterances, which `fit` decodes."""
        return utterances, on_clip

    def fit(self, data: tuple[Sequence[Utterance], Callable[[int, int], None]], task: Task) -> Fitted:
        """Takes the weights that `task.checkpoint_dir` holds of the same training, wherever it was done."""
        utterances, on_clip = data
        trained_on = {u.path.name for u in task.train}
        history: list[Epoch] = []
        found = task.checkpoint_dir and self._finished(task.checkpoint_dir, trained_on, task.seed)
        if found:
            weights = found
        else:
            weights = self._train(utterances, task, history, on_clip)
            if task.checkpoint_dir:
                self.keep(task.checkpoint_dir, weights, trained_on, task.seed)
                # What is exported is what a later run would find.
                weights = read_quantised(task.checkpoint_dir / WEIGHTS_FILE)
        n_parameters = sum(values.size for values in weights.values())
        facts = {"steps": self._recipe.n_steps}
        return Fitted(weights, tuple(Emotion), n_parameters, tuple(history), facts, trained_now=not found)

    def export(self, fitted: Fitted, folder: Path, *, quantised: bool = True) -> EncoderCard:
        """The weights in eight bits for further training, and encoder and head in one graph for LiteRT."""
        folder.mkdir(parents=True, exist_ok=True)
        network = Recogniser()
        # The table of positions is not learned, and stands in no file.
        network.from_arrays(network.to_arrays() | fitted.model)
        write_quantised(folder / WEIGHTS_FILE, fitted.model)
        (folder / SERVED_FILE).write_bytes(to_lite(serving_model(network), int8=quantised))
        return EncoderCard(
            name=folder.name,
            summary=self._recipe.summary,
            labels=fitted.labels,
            calibration=UNCALIBRATED,
            corpora={},
            protocol={},
            metrics={},
            training={},
            files=digests(folder, WEIGHTS_FILE, SERVED_FILE),
            made_with={},
            base=BASE,
            features_version=VERSION,
            chunk_s=self._recipe.chunk_s,
            span_s=self._recipe.span_s,
        )

    def keep(self, folder: Path, weights: Weights, trained_on: set[str], seed: int) -> None:
        """Leaves the weights of a finished training in a folder, and what they were trained on."""
        folder.mkdir(parents=True, exist_ok=True)
        write_quantised(folder / WEIGHTS_FILE, weights)
        (folder / _TRAINED_ON).write_text(json.dumps(self._facts(trained_on, seed)))

    def _finished(self, folder: Path, trained_on: set[str], seed: int) -> Weights | None:
        if not (folder / WEIGHTS_FILE).exists():
            return None
        facts = json.loads((folder / _TRAINED_ON).read_text())
        # Fewer may have trained than might have: what counts is that nobody did who is tested.
        if facts["recipe_id"] != self._recipe.id or facts["seed"] != seed or set(facts["clips"]) - trained_on:
            raise ModelError(
                f"{folder} holds a training with other data or settings. "
                "Continue with those, choose another folder, or delete it to start anew."
            )
        return read_quantised(folder / WEIGHTS_FILE)

    def _facts(self, trained_on: set[str], seed: int) -> dict[str, Any]:
        return {"recipe_id": self._recipe.id, "seed": seed, "clips": sorted(trained_on)}

    def _train(
        self,
        utterances: Sequence[Utterance],
        task: Task,
        history: list[Epoch],
        on_clip: Callable[[int, int], None],
    ) -> Weights:
        from ser_core.training.whisper.early import fit_early, statistics_of
        from ser_core.training.whisper.pack import pack_of
        from ser_core.training.whisper.trainer import Trainer

        recipe = self._recipe
        chosen = {u.path for u in task.train}
        pack = pack_of([u for u in utterances if u.path in chosen], on_clip)
        network = Recogniser()
        begin_with(network)
        trainer = Trainer(network, pack, recipe)
        began = time.monotonic()
        losses: list[float] = []

        def tell(done: int, loss: float) -> None:
            losses.append(loss)
            if done % _STEPS_TOLD == 0:
                epoch = Epoch(done // _STEPS_TOLD, float(np.mean(losses)), time.monotonic() - began)
                history.append(epoch)
                task.on_epoch(epoch, recipe.n_steps // _STEPS_TOLD)
                losses.clear()

        everything = np.ones(len(pack.corpus), bool)
        network.from_arrays(trainer.arrays(trainer.train(everything, tell, seed=task.seed)))
        statistics = statistics_of(network, pack, recipe.longest_pass_s, seed=task.seed)
        fit_early(network.early_head, statistics, pack, everything, recipe, seed=task.seed)
        return network.to_arrays()


def begin_with(network: Recogniser) -> None:
    """Puts the pretrained encoder into a network: the file that SER_ENCODER names, or the committed model's own.

    Raises ModelError when there is neither.
    """
    settings = load_settings()
    if settings.encoder:
        load_encoder(network.encoder, settings.encoder)
        return
    path = settings.models_dir / "whisper" / WEIGHTS_FILE
    if not path.exists():
        raise ModelError(
            f"There is no {path} to start from. Let SER_ENCODER name the weights of Whisper tiny.en (safetensors)."
        )
    stored = read_quantised(path)
    network.from_arrays(network.to_arrays() | {k: v for k, v in stored.items() if k.startswith("encoder/")})
