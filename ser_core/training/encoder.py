"""The trainers of models on a pretrained encoder.

The early head learns from statistics of the layers that stay as they were pretrained; further layers are fine-tuned
with a head of their own, from sound that is augmented on the device.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ser_core.arrays import HalfArray, Mask
from ser_core.atomic import replacing
from ser_core.config import load_settings
from ser_core.corpora import Utterance
from ser_core.errors import ModelError
from ser_core.features.whisper_log_mel import VERSION
from ser_core.labels import Emotion
from ser_core.models.card import SERVED_FILE, UNCALIBRATED, WEIGHTS_FILE, EncoderCard, digests
from ser_core.nets.whisper import Network, Recogniser, ShallowRecogniser, load_encoder, network_of
from ser_core.nets.whisper.network import Weights
from ser_core.nets.whisper.quantised import read_quantised, write_quantised
from ser_core.nets.whisper.serving import serving_model, to_lite
from ser_core.recipes import EncoderRecipe, FineTunedRecipe
from ser_core.training.data.cache import Making
from ser_core.training.progress import Epoch
from ser_core.training.trainer import Fitted, Task

if TYPE_CHECKING:
    from ser_core.training.whisper.pack import Pack
    from ser_core.training.whisper.statistics import Statistics

BASE = {
    "name": "Whisper tiny.en, its encoder",
    "citation": "Radford et al. 2022, arXiv 2212.04356",
    "licence": "MIT",
    "copyright": "Copyright (c) 2022 OpenAI",
}
# What is told of as an epoch.
_STEPS_TOLD = 100
_TRAINED_ON = "trained-on.json"


@dataclass(frozen=True, eq=False)
class Recordings:
    """Everybody who trains or validates, decoded when it is first asked for.

    Attributes:
        utterances: who they are.
        recipe: says which statistics are made of them.
        seed: of what is by chance in these.
        cache_dir: where statistics are kept.
        on_clip: told how many are done, and of how many.
    """

    utterances: Sequence[Utterance]
    recipe: EncoderRecipe
    seed: int
    cache_dir: Path
    on_clip: Callable[[int, int], None]

    @cached_property
    def pack(self) -> "Pack":
        """All of them in one array."""
        from ser_core.training.whisper.pack import pack_of

        return pack_of(self.utterances, self.on_clip)

    def are_among(self, some: Sequence[Utterance]) -> Mask:
        """Which of them are among these."""
        paths = {u.path for u in some}
        return np.array([u.path in paths for u in self.utterances])

    def statistics(self, trained: Mask) -> HalfArray:
        """What the early head hears of those who train, shape (copies, clips, size); of others it may be zeros.

        See `whisper.statistics`. A voice's depend on nothing but its recordings, and are taken from the cache where
        they are there.
        """
        maker, what = self._maker
        wanted = np.unique(self.pack.voice[trained])
        for number, voice in enumerate(wanted, 1):
            if voice not in self._known:
                own = np.flatnonzero(self.pack.voice == voice)
                some = self.pack.of(own)
                content = b"".join((what, some.samples.tobytes(), some.length.tobytes()))
                path = self.cache_dir / f"encoder-statistics-{hashlib.sha256(content).hexdigest()[:16]}.npy"
                if not path.exists():
                    made = maker.of(some, seed=self.seed)
                    with replacing(path) as partial, partial.open("wb") as file:
                        np.save(file, made)
                self._found[:, own] = np.load(path)
                self._known.add(voice)
            self.on_clip(int(np.isin(self.pack.voice, wanted[:number]).sum()), len(self.utterances))
        return self._found

    @cached_property
    def _maker(self) -> "tuple[Statistics, bytes]":
        """What makes statistics, and what changes with everything but the recordings that goes into them."""
        from ser_core.training.whisper.statistics import Statistics

        network = begin_with(ShallowRecogniser())
        return Statistics(network, self.recipe), self._what(network)

    @cached_property
    def _found(self) -> HalfArray:
        maker, _ = self._maker
        return np.zeros((maker.n_copies, len(self.pack.voice), maker.size), np.float16)

    @cached_property
    def _known(self) -> set[str]:
        """Voices whose statistics are there."""
        return set()

    def _what(self, network: Network) -> bytes:
        disturbed = self.recipe.disturbed and replace(self.recipe.disturbed, share=0.0)
        content = hashlib.sha256(repr((VERSION, self.recipe.longest_pass_s, self.seed, disturbed)).encode())
        for name, values in sorted(network.to_arrays().items()):
            if name.startswith("encoder/"):
                content.update(values.tobytes())
        return content.digest()


class EncoderTrainer:
    """Trains the early head, and leaves the encoder as it was pretrained."""

    modules: tuple[str, ...] = ("keras", "tensorflow", "numpy", "scipy", "soundfile")

    def __init__(self, recipe: EncoderRecipe) -> None:
        self._recipe = recipe

    def makings(self, seed: int) -> tuple[Making, ...]:
        """Nothing: clips are augmented anew at each step."""
        return ()

    def prepare(
        self, utterances: Sequence[Utterance], seed: int, cache_dir: Path, on_clip: Callable[[int, int], None]
    ) -> Recordings:
        """The utterances, which `fit` decodes, unless it finds its training finished."""
        return Recordings(utterances, self._recipe, seed, cache_dir, on_clip)

    def fit(self, data: Recordings, task: Task) -> Fitted:
        """Takes the weights that `task.checkpoint_dir` holds of the same training, wherever it was done."""
        trained_on = {u.path.name for u in task.train}
        history: list[Epoch] = []
        found = task.checkpoint_dir and self._finished(task.checkpoint_dir, trained_on, task.seed)
        if found:
            weights = found
        else:
            weights = self._train(data, task, history)
            if task.checkpoint_dir:
                self.keep(task.checkpoint_dir, weights, trained_on, task.seed)
                # What is exported is what a later run would find.
                weights = read_quantised(task.checkpoint_dir / WEIGHTS_FILE)
        n_parameters = sum(values.size for values in weights.values())
        return Fitted(weights, tuple(Emotion), n_parameters, tuple(history), self._facts(), trained_now=not found)

    def export(self, fitted: Fitted, folder: Path, *, quantised: bool = True) -> EncoderCard:
        """The weights in eight bits for further training, and encoder and heads in one graph for LiteRT."""
        folder.mkdir(parents=True, exist_ok=True)
        write_quantised(folder / WEIGHTS_FILE, fitted.model)
        (folder / SERVED_FILE).write_bytes(to_lite(serving_model(network_of(fitted.model)), int8=quantised))
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
        (folder / _TRAINED_ON).write_text(json.dumps(self._identity(trained_on, seed)))

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

    def _identity(self, trained_on: set[str], seed: int) -> dict[str, Any]:
        return {"recipe_id": self._recipe.id, "seed": seed, "clips": sorted(trained_on)}

    def _facts(self) -> dict[str, Any]:
        """What the card says of the training."""
        return {"steps": self._recipe.early.n_steps}

    def _train(self, data: Recordings, task: Task, history: list[Epoch]) -> Weights:
        network = begin_with(ShallowRecogniser())
        self._train_early(network, data, task)
        return network.to_arrays()

    def _train_early(self, network: Network, data: Recordings, task: Task) -> None:
        from ser_core.training.whisper.early import fit_early

        trained = data.are_among(task.train)
        fit_early(network.early_head, data.statistics(trained), data.pack, trained, self._recipe, seed=task.seed)


class FineTunedTrainer(EncoderTrainer):
    """Fine-tunes the encoder's further layers with a head, for a fixed number of steps, and trains the early one."""

    _recipe: FineTunedRecipe

    def __init__(self, recipe: FineTunedRecipe) -> None:
        super().__init__(recipe)

    def _facts(self) -> dict[str, Any]:
        return {"steps": self._recipe.n_steps}

    def _train(self, data: Recordings, task: Task, history: list[Epoch]) -> Weights:
        from ser_core.training.whisper.trainer import Trainer

        recipe = self._recipe
        network = begin_with(Recogniser())
        trainer = Trainer(network, data.pack, recipe)
        began = time.monotonic()
        losses: list[float] = []

        def tell(done: int, loss: float) -> None:
            losses.append(loss)
            if done % _STEPS_TOLD == 0:
                epoch = Epoch(done // _STEPS_TOLD, float(np.mean(losses)), time.monotonic() - began)
                history.append(epoch)
                task.on_epoch(epoch, recipe.n_steps // _STEPS_TOLD)
                losses.clear()

        network.from_arrays(trainer.arrays(trainer.train(data.are_among(task.train), tell, seed=task.seed)))
        self._train_early(network, data, task)
        return network.to_arrays()


def begin_with(network: Network) -> Network:
    """The network, with the pretrained encoder in it: the file's that SER_ENCODER names, or the committed model's own.

    Raises ModelError when there is neither.
    """
    settings = load_settings()
    if settings.encoder:
        load_encoder(network.encoder, settings.encoder)
        return network
    path = settings.models_dir / "whisper" / WEIGHTS_FILE
    if not path.exists():
        raise ModelError(
            f"There is no {path} to start from. Let SER_ENCODER name the weights of Whisper tiny.en (safetensors)."
        )
    stored = read_quantised(path)
    network.from_arrays(network.to_arrays() | {k: v for k, v in stored.items() if k.startswith("encoder/")})
    return network
