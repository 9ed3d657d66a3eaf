"""Trains the early head: a perceptron on statistics of the recordings, which `statistics` makes.

The layers under it are left as they were pretrained, so this needs no accelerator. The statistics tell of voice and
studio as well as of emotion, so that some are moved towards those of others (`moves`). Beside a fine-tuned network the
head learns from recordings alone, and where the sound is poor it is unsure; by itself it has to learn from disturbed
copies too (benchmarks/experiments.md).
"""

from typing import Any

import numpy as np
from keras import ops

from ser_core.arrays import FloatArray, HalfArray, Mask
from ser_core.nets.whisper.statistics_head import StatisticsHead
from ser_core.recipes import EncoderRecipe
from ser_core.training.on_device.chance import Chance, new_key, next_key
from ser_core.training.whisper import drawing, moves
from ser_core.training.whisper.backends import compiled, with_gradients
from ser_core.training.whisper.optimiser import no_moments, schedule, stepped
from ser_core.training.whisper.pack import NOISE, Pack
from ser_core.training.whisper.statistics import N_RECORDED
from ser_core.training.whisper.step import dropped, losses_of
from ser_core.training.whisper.targets import targets_on_device

_LEAST_DEVIATION = 1e-4


def fit_early(
    head: StatisticsHead, statistics: HalfArray, pack: Pack, trained: Mask, recipe: EncoderRecipe, *, seed: int = 0
) -> None:
    """Trains the head anew on the clips `trained`, and leaves the weights in it.

    `statistics` are those of all clips, as `Statistics.of` gives them.
    """
    knobs = recipe.early
    rng = np.random.default_rng(seed)
    own = statistics[:, trained]
    head.offset.assign(own.mean(axis=(0, 1), dtype=np.float32))
    head.scale.assign(1.0 / (own.std(axis=(0, 1), dtype=np.float32) + _LEAST_DEVIATION))
    voices, corpora = (find(statistics[0], pack, trained) for find in (moves.between_voices, moves.between_corpora))
    variables = [*head.decide_in.trainable_variables, *head.decide_out.trainable_variables]
    weights = [ops.convert_to_tensor(_initial(v.shape, rng)) for v in variables]
    targets = targets_on_device(pack, recipe)
    leak = ops.convert_to_tensor(np.float32(recipe.leak))

    def loss(weights: list[Any], x: Any, ids: Any, key: Any) -> Any:
        chance = Chance(key)
        kernel, bias, last_kernel, last_bias = weights
        inner = ops.matmul(dropped(x, knobs.dropout, chance), kernel) + bias
        hidden = dropped(ops.gelu(inner, approximate=True), knobs.dropout, chance)
        return ops.mean(losses_of(ops.matmul(hidden, last_kernel) + last_bias, targets, ids, leak))

    differentiated = with_gradients(loss)

    def step(weights: list[Any], moments: Any, number: Any, x: Any, ids: Any, key: Any) -> Any:
        _, gradients = differentiated(weights, x, ids, key)
        rate = knobs.rate * schedule(number, float(knobs.n_steps))
        return stepped(weights, gradients, moments, number, [rate] * len(weights), knobs.weight_decay)

    run, moments, key = compiled(step), no_moments(weights), new_key(int(rng.integers(2**30)))
    chances = drawing.chances(
        pack, trained, lambda corpus: knobs.noise_share if corpus == NOISE else recipe.share_of(corpus)
    )
    for number in range(knobs.n_steps):
        chosen = drawing.drawn_ids(chances, (knobs.batch_size,), rng)
        copies = rng.integers(N_RECORDED, size=len(chosen))
        if recipe.disturbed:
            is_disturbed = rng.random(len(chosen)) < recipe.disturbed.share
            copies = np.where(is_disturbed, rng.integers(N_RECORDED, len(statistics), size=len(chosen)), copies)
        shown = voices.moved(statistics[copies, chosen].astype(np.float32), chosen, knobs.voice_moves, rng)
        shown = corpora.moved(shown, chosen, knobs.corpus_moves, rng)
        x = head.standardised(ops.convert_to_tensor(shown))
        now = ops.convert_to_tensor(np.float32(number))
        weights, moments = run(weights, moments, now, x, ops.convert_to_tensor(chosen), key)
        key = next_key(key)
    for variable, value in zip(variables, weights, strict=True):
        variable.assign(value)


def _initial(shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
    """Biases of 0, and kernels of the size that keeps the variance (He et al. 2015)."""
    if len(shape) == 1:
        return np.zeros(shape, np.float32)
    return rng.normal(0.0, np.sqrt(2.0 / shape[0]), shape).astype(np.float32)
