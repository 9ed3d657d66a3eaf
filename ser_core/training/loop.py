"""The training loop: steps, averaged weights, validation, checkpoints that a later run goes on from."""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from ser_core.atomic import write_text
from ser_core.errors import ModelError
from ser_core.metrics import evaluate
from ser_core.nets import build_net
from ser_core.training.batches import Distortion, clean_batch, epoch_rows, training_batches
from ser_core.training.dataset import Dataset
from ser_core.training.precision import half_precision

Weights = list[Any]

# Steps from one update of the averaged weights to the next: copying them out costs as much as a clip.
_AVERAGE_EVERY = 4


@dataclass(frozen=True)
class Schedule:
    """How long and how a network is trained.

    Attributes:
        net: name of the architecture.
        n_frames: frames of the window the network sees.
        epochs: passes over the training rows.
        batch_size: clips a step; all of them where there are fewer.
        learning_rate: peak of the rate, reached after one epoch; falls to zero along a cosine.
        weight_decay: AdamW's.
        smoothing: share of the target spread over the emotions that are possible.
        average: memory of the moving average of the weights, a step; the average is what is kept.
        most_per_voice: most clips of one speaker in an epoch, so that two voices with many do not drown the rest.
        distortion: what is done to the frames.
        seed: of everything that is left to chance.
    """

    net: str = "crnn"
    n_frames: int = 200
    epochs: int = 60
    batch_size: int = 16
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    smoothing: float = 0.1
    average: float = 0.998
    most_per_voice: int = 60
    distortion: Distortion = field(default_factory=Distortion)
    seed: int = 0


@dataclass(frozen=True)
class Epoch:
    """How one epoch went. `validation_ua` is None when nobody validates."""

    number: int
    loss: float
    validation_ua: float | None
    seconds: float


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network: averaged weights of the best epoch (the last one when nobody validates)."""

    weights: Weights
    history: tuple[Epoch, ...]
    best_epoch: int


def fit(
    train: Dataset,
    validation: Dataset | None,
    schedule: Schedule,
    *,
    checkpoint_dir: Path | None = None,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> Trained:
    """Trains a network on `train`, keeping the epoch whose averaged weights have the best UA on `validation`.

    With a `checkpoint_dir` an interrupted run goes on after its last whole epoch and ends as it would have
    without the interruption. Raises ModelError when the folder holds a run with another schedule or data.
    """
    keras.utils.set_random_seed(schedule.seed)
    bands = train.frames[0][0].shape[1]
    shape = (schedule.n_frames, bands)
    with half_precision():
        model = build_net(schedule.net, shape, len(train.labels))
    averaged = build_net(schedule.net, shape, len(train.labels))
    n_rows = len(epoch_rows(train, schedule.most_per_voice, np.random.default_rng(0)))
    batch_size = min(schedule.batch_size, n_rows)
    steps = n_rows // batch_size
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=schedule.learning_rate / 20,
        decay_steps=steps * max(1, schedule.epochs - 1),
        warmup_target=schedule.learning_rate,
        warmup_steps=steps,
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=schedule.weight_decay, clipnorm=5.0)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(optimizer=optimizer, loss=masked_cross_entropy)
    average = [np.array(w) for w in model.get_weights()]
    history: list[Epoch] = []
    best = Best([w.copy() for w in average], -1.0, 0)
    checkpoints = Checkpoints(checkpoint_dir, _fingerprint(train, validation, schedule)) if checkpoint_dir else None
    if checkpoints and (saved := checkpoints.load(model)):
        average, best, history = saved
    for number in range(len(history) + 1, schedule.epochs + 1):
        began = time.monotonic()
        rng = np.random.default_rng([schedule.seed, number])
        _seed_dropout(model, rng)
        rows = epoch_rows(train, schedule.most_per_voice, rng)
        batches = training_batches(
            train, rows, schedule.n_frames, batch_size, schedule.smoothing, schedule.distortion, rng
        )
        losses = []
        for step, (inputs, target) in enumerate(batches, (number - 1) * steps + 1):
            losses.append(float(model.train_on_batch(inputs, target)))
            if step % _AVERAGE_EVERY == 0:
                # A short memory at first, so that the random start is soon forgotten.
                memory = min(schedule.average**_AVERAGE_EVERY, step / (40 + step))
                for kept, new in zip(average, model.get_weights(), strict=True):
                    kept += (1 - memory) * (new - kept) if kept.dtype.kind == "f" else new - kept
        averaged.set_weights(average)
        ua = validation_ua(averaged, validation, schedule.n_frames) if validation else None
        history.append(Epoch(number, float(np.mean(losses)), ua, time.monotonic() - began))
        if ua is None or ua > best.ua:
            best = Best([w.copy() for w in average], ua or 0.0, number)
        if checkpoints:
            checkpoints.save(model, average, best, history)
        on_epoch(history[-1])
    return Trained(best.weights, tuple(history), best.epoch)


def masked_cross_entropy(target: Any, logits: Any) -> Any:
    """Cross-entropy over the emotions that are possible. `target` is (batch, 2, labels): truth and mask."""
    truth, possible = target[:, 0], target[:, 1]
    logits = ops.cast(logits, truth.dtype)
    log_probability = ops.log_softmax(logits - 1e9 * (1 - possible), axis=-1)
    return -ops.sum(truth * ops.where(possible > 0, log_probability, 0.0), axis=-1)


def logits_of(model: Any, data: Dataset, n_frames: int, batch_size: int = 64) -> np.ndarray:
    """Logits for the middle window of every row as recorded, shape (rows, labels)."""
    rows = np.arange(len(data))
    parts = [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]
    return np.concatenate([np.asarray(model.predict_on_batch(clean_batch(data, part, n_frames))) for part in parts])


def validation_ua(model: Any, data: Dataset, n_frames: int) -> float:
    """Mean over the corpora of the unweighted recall, each over the emotions that the corpus has."""
    logits = np.where(data.possible, logits_of(model, data, n_frames), -np.inf)
    answers = logits.argmax(axis=1)
    corpora = np.array([u.corpus for u in data.utterances])
    return float(
        np.mean(
            [
                evaluate(
                    [data.labels[i] for i in data.truth[corpora == name]],
                    [data.labels[i] for i in answers[corpora == name]],
                ).ua
                for name in sorted(set(corpora.tolist()))
            ]
        )
    )


@dataclass(frozen=True, eq=False)
class Best:
    """Averaged weights of the best epoch so far."""

    weights: Weights
    ua: float
    epoch: int


class Checkpoints:
    """One checkpoint in a folder, replaced as a whole after every epoch."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = folder
        self.fingerprint = fingerprint

    def save(self, model: Any, average: Weights, best: Best, history: list[Epoch]) -> None:
        """Writes a new checkpoint beside the old one, then lets `current.json` point at it: an interruption
        at any moment leaves one of the two.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        here = self.folder / f"epoch-{len(history):04d}"
        shutil.rmtree(here, ignore_errors=True)
        here.mkdir()
        model.save(here / "model.keras")
        np.savez(here / "average.npz", *average)
        np.savez(here / "best.npz", *best.weights)
        state = {
            "fingerprint": self.fingerprint,
            "folder": here.name,
            "best_ua": best.ua,
            "best_epoch": best.epoch,
            "history": [asdict(epoch) for epoch in history],
        }
        write_text(self.folder / "current.json", json.dumps(state))
        for old in self.folder.glob("epoch-*"):
            if old != here:
                shutil.rmtree(old, ignore_errors=True)

    def load(self, model: Any) -> tuple[Weights, Best, list[Epoch]] | None:
        """Puts the stored weights and optimizer state into `model`; the rest of the state, or None."""
        current = self.folder / "current.json"
        if not current.exists():
            return None
        state = json.loads(current.read_text())
        if state["fingerprint"] != self.fingerprint:
            raise ModelError(
                f"{self.folder} holds a training with other data or settings. "
                "Continue with those, choose another folder, or delete it to start anew."
            )
        here = self.folder / state["folder"]
        stored = keras.saving.load_model(
            here / "model.keras", custom_objects={"masked_cross_entropy": masked_cross_entropy}
        )
        model.set_weights(stored.get_weights())
        model.optimizer.build(model.trainable_variables)
        for mine, theirs in zip(model.optimizer.variables, stored.optimizer.variables, strict=True):
            mine.assign(theirs)
        for mine, theirs in zip(model.non_trainable_variables, stored.non_trainable_variables, strict=True):
            mine.assign(theirs)
        best = Best(_arrays(here / "best.npz"), state["best_ua"], state["best_epoch"])
        return _arrays(here / "average.npz"), best, [Epoch(**epoch) for epoch in state["history"]]


def _seed_dropout(model: Any, rng: np.random.Generator) -> None:
    """Sets what dropout draws from, so that an epoch does not depend on how its run began."""
    for variable in model.non_trainable_variables:
        if "seed_generator" in variable.path:
            variable.assign(rng.integers(1 << 31, size=variable.shape))


def _arrays(path: Path) -> Weights:
    with np.load(path) as stored:
        return [stored[f"arr_{i}"] for i in range(len(stored.files))]


def _fingerprint(train: Dataset, validation: Dataset | None, schedule: Schedule) -> str:
    names = [[u.path.name for u in data.utterances] if data else [] for data in (train, validation)]
    import hashlib

    return hashlib.sha256(json.dumps([asdict(schedule), *names]).encode()).hexdigest()
