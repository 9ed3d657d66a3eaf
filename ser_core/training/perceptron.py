"""Perceptrons on the functionals: what global statistics say about the emotion, learned from many copies of each
clip.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers

from ser_core.arrays import FloatArray, IntArray
from ser_core.recipes import PerceptronKnobs
from ser_core.training.batches import ahead, epoch_rows, targets
from ser_core.training.checkpoints import Weights
from ser_core.training.data.log_mels import Dataset
from ser_core.training.loss import masked_cross_entropy
from ser_core.training.progress import Epoch

# Standardised values are limited to this: larger ones show that a clip is odd, but not how odd.
CLIP_AT = 5.0


@dataclass(frozen=True, eq=False)
class Perceptrons:
    """Several perceptrons over the same standardised functionals, with averaged logits.

    Attributes:
        mean, deviation: mean and deviation of each functional over the training clips and their copies, float32, shape
            (functionals,).
        weights: for each perceptron: kernel and bias of the hidden layer, kernel and bias of the last.
    """

    mean: FloatArray
    deviation: FloatArray
    weights: tuple[Weights, ...]

    def standardised(self, functionals: FloatArray) -> FloatArray:
        """Functionals (..., functionals), standardised and limited."""
        cut: FloatArray = functionals - self.mean
        # In place: memory for each intermediate result cost more than the arithmetic, a fifth of a training step.
        cut /= self.deviation
        return np.clip(cut, -CLIP_AT, CLIP_AT, out=cut)

    def logits(self, functionals: FloatArray) -> FloatArray:
        """Mean logits (clips, labels) for functionals (clips, functionals)."""
        x = self.standardised(functionals)
        each = [np.maximum(0, x @ w + b) @ w_last + b_last for w, b, w_last, b_last in self.weights]
        return np.asarray(np.mean(each, axis=0), dtype=np.float32)


def fit_perceptrons(
    data: Dataset,
    knobs: PerceptronKnobs,
    most_per_voice: int,
    seed: int,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> Perceptrons:
    """Trains perceptrons on the functionals of the clips and of all their copies.

    They differ only in their random choices. An emotion that a clip's corpus lacks is masked in the loss. The epochs of
    all perceptrons are numbered consecutively for the observer.
    """
    scale = Perceptrons(
        data.functionals.mean(axis=(0, 1), dtype=np.float64).astype(np.float32),
        (data.functionals.std(axis=(0, 1), dtype=np.float64) + 1e-6).astype(np.float32),
        (),
    )
    weights = []
    for place in range(knobs.number):

        def tell(epoch: int, loss: float, seconds: float, before: int = place * knobs.epochs) -> None:
            on_epoch(Epoch(before + epoch, loss, seconds))

        weights.append(_fit(data, scale, knobs, most_per_voice, seed + place, tell))
    return Perceptrons(scale.mean, scale.deviation, tuple(weights))


def _fit(
    data: Dataset,
    scale: Perceptrons,
    knobs: PerceptronKnobs,
    most_per_voice: int,
    seed: int,
    on_epoch: Callable[[int, float, float], None],
) -> Weights:
    keras.utils.set_random_seed(seed)
    n_copies = data.functionals.shape[1]
    n_rows = n_copies * len(epoch_rows(data, most_per_voice, np.random.default_rng(0)))
    batch_size = min(knobs.batch_size, n_rows)
    steps = n_rows // batch_size
    draws = -(-knobs.least_steps // (steps * knobs.epochs))
    model = _build(data.functionals.shape[2], len(data.labels), knobs)
    rate = keras.optimizers.schedules.CosineDecay(knobs.learning_rate, draws * steps * knobs.epochs)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=knobs.weight_decay)
    model.compile(optimizer=optimizer, loss=masked_cross_entropy)
    for epoch in range(1, knobs.epochs + 1):
        began = time.monotonic()
        rng = np.random.default_rng([seed, epoch])
        losses = []
        for _ in range(draws):
            drawn = epoch_rows(data, most_per_voice, rng)
            # Every pair of a clip and one of its copies, in random order.
            order = rng.permutation(n_rows)[: steps * batch_size].reshape(steps, batch_size)
            for inputs, target in ahead(_batches(data, scale, drawn, order, knobs.smoothing)):
                losses.append(float(model.train_on_batch(inputs, target)))
        on_epoch(epoch, float(np.mean(losses)), time.monotonic() - began)
    return [np.asarray(w) for w in model.get_weights()]


def _batches(
    data: Dataset, scale: Perceptrons, drawn: IntArray, order: IntArray, smoothing: float
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Inputs and targets of each step. `order`, shape (steps, batch), counts the copies of all clips `drawn`.

    Standardised one batch at a time: all of them would take the memory of the functionals once more.
    """
    for pairs in order:
        clips, copies = np.divmod(pairs, data.functionals.shape[1])
        rows = drawn[clips]
        yield scale.standardised(data.functionals[rows, copies]), targets(data, rows, smoothing)


def _build(n_functionals: int, n_labels: int, knobs: PerceptronKnobs) -> Any:
    return keras.Sequential(
        [
            keras.Input((n_functionals,)),
            layers.Dropout(knobs.dropout),
            layers.Dense(knobs.hidden, activation="relu"),
            layers.Dropout(knobs.dropout),
            layers.Dense(n_labels),
        ]
    )
