"""Trains one network of an ensemble: steps, averaged weights, validation, and checkpoints for resuming."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ser_core.metrics import evaluate
from ser_core.nets import build_net
from ser_core.recipes import EnsembleRecipe
from ser_core.training.batches import ahead, clean_batch, epoch_rows, training_batches
from ser_core.training.checkpoints import Best, Checkpoints, Weights
from ser_core.training.data.log_mels import Dataset
from ser_core.training.loss import masked_cross_entropy
from ser_core.training.precision import half_precision
from ser_core.training.progress import Epoch

# Steps between two updates of the averaged weights, because copying them costs as much as a clip.
_AVERAGE_EVERY = 4


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network: averaged weights of the best epoch (the last one if there is no validation)."""

    weights: Weights
    history: tuple[Epoch, ...]
    best_epoch: int


def fit(
    train: Dataset,
    validation: Dataset | None,
    recipe: EnsembleRecipe,
    as_recorded: float,
    seed: int,
    checkpoint_dir: Path | None = None,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> Trained:
    """Trains a network on clips of which the share `as_recorded` is unchanged and the rest augmented.

    It keeps the epoch whose averaged weights have the best UA on `validation`.

    With a `checkpoint_dir`, an interrupted run resumes after its last complete epoch and ends as it would have without
    the interruption. Raises ModelError when the folder holds a run with another recipe or other data.
    """
    keras.utils.set_random_seed(seed)
    bands = train.frames[0][0].shape[1]
    shape = (recipe.n_frames, bands)
    with half_precision():
        model = build_net(recipe.net, shape, len(train.labels))
    averaged = build_net(recipe.net, shape, len(train.labels))
    n_rows = len(epoch_rows(train, recipe.most_per_voice, np.random.default_rng(0)))
    batch_size = min(recipe.batch_size, n_rows)
    steps = n_rows // batch_size
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.learning_rate / 20,
        decay_steps=steps * max(1, recipe.epochs - 1),
        warmup_target=recipe.learning_rate,
        warmup_steps=steps,
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay, clipnorm=recipe.clip_norm)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(optimizer=optimizer, loss=masked_cross_entropy)
    average = [np.array(w) for w in model.get_weights()]
    history: list[Epoch] = []
    best = Best([w.copy() for w in average], -1.0, 0)
    checkpoints = (
        Checkpoints(checkpoint_dir, _fingerprint(train, validation, recipe, as_recorded, seed))
        if checkpoint_dir
        else None
    )
    if checkpoints and (saved := checkpoints.load(model)):
        average, best, history = saved
    for number in range(len(history) + 1, recipe.epochs + 1):
        began = time.monotonic()
        rng = np.random.default_rng([seed, number])
        _seed_dropout(model, rng)
        rows = epoch_rows(train, recipe.most_per_voice, rng)
        batches = training_batches(train, rows, recipe, as_recorded, batch_size, rng)
        losses = []
        for step, (inputs, target) in enumerate(ahead(batches), (number - 1) * steps + 1):
            losses.append(float(model.train_on_batch(inputs, target)))
            if step % _AVERAGE_EVERY == 0:
                # A short memory at first, so that the random initialisation is soon forgotten.
                memory = min(recipe.average**_AVERAGE_EVERY, step / (40 + step))
                for kept, new in zip(average, model.get_weights(), strict=True):
                    kept += (1 - memory) * (new - kept) if kept.dtype.kind == "f" else new - kept
        averaged.set_weights(average)
        ua = validation_ua(averaged, validation, recipe.n_frames) if validation else None
        history.append(Epoch(number, float(np.mean(losses)), time.monotonic() - began, validation_ua=ua))
        if ua is None or ua > best.ua:
            best = Best([w.copy() for w in average], ua or 0.0, number)
        if checkpoints:
            checkpoints.save(model, average, best, history)
        on_epoch(history[-1])
    return Trained(best.weights, tuple(history), best.epoch)


def logits_of(model: Any, data: Dataset, n_frames: int, batch_size: int = 64) -> np.ndarray:
    """Logits for the middle window of every row as recorded, shape (rows, labels)."""
    rows = np.arange(len(data))
    parts = [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]
    return np.concatenate([np.asarray(model.predict_on_batch(clean_batch(data, part, n_frames))) for part in parts])


def validation_ua(model: Any, data: Dataset, n_frames: int) -> float:
    """Mean of the corpora's UA, each over the emotions that the corpus has."""
    logits = np.where(data.possible, logits_of(model, data, n_frames), -np.inf)
    answers = logits.argmax(axis=1)
    corpora = np.array([u.corpus for u in data.utterances])
    uas = [
        evaluate(data.truth[corpora == c], answers[corpora == c], data.labels).ua for c in sorted(set(corpora.tolist()))
    ]
    return float(np.mean(uas))


def _seed_dropout(model: Any, rng: np.random.Generator) -> None:
    """Sets the seed of dropout, so that an epoch does not depend on how its run began."""
    for variable in model.non_trainable_variables:
        if "seed_generator" in variable.path:
            variable.assign(rng.integers(1 << 31, size=variable.shape))


def _fingerprint(
    train: Dataset, validation: Dataset | None, recipe: EnsembleRecipe, as_recorded: float, seed: int
) -> str:
    names = [[u.path.name for u in data.utterances] if data else [] for data in (train, validation)]
    return hashlib.sha256(json.dumps([recipe.id, as_recorded, seed, *names]).encode()).hexdigest()
