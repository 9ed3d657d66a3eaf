"""Trains the early head: statistics of the recordings, made once, then a perceptron on them.

The layers under it are left as they were pretrained, so this needs no accelerator, and one set of statistics serves
as many trainings as wanted. It learns from recordings alone: disturbed copies made the answers of both heads together
worse, in noise as well (benchmarks/experiments.md). But the encoder adds to its frames where in a pass they lie, and
the statistics tell: each recording is heard at the beginning of a pass, and somewhere later in it. They tell of
voice and studio as well, so that some are moved towards those of others (`moves`).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops

from ser_core.arrays import FloatArray, Mask
from ser_core.features.whisper_log_mel import ENCODED_FRAMES_PER_S
from ser_core.nets.whisper import Network
from ser_core.nets.whisper.encoder import halved
from ser_core.nets.whisper.statistics_head import StatisticsHead
from ser_core.recipes import EncoderRecipe
from ser_core.training.on_device import Draws, Source, frames_of, heard, untouched
from ser_core.training.on_device.chance import Chance, new_key, next_key
from ser_core.training.whisper import drawing, moves
from ser_core.training.whisper.backends import compiled, with_gradients
from ser_core.training.whisper.optimiser import no_moments, schedule, stepped
from ser_core.training.whisper.pack import NOISE, RATE_HZ, Pack
from ser_core.training.whisper.step import dropped, losses_of
from ser_core.training.whisper.targets import targets_on_device

_BATCH = 32
# What clips are padded to, in seconds: each length costs a compilation.
_LENGTHS_S = (2.0, 3.0, 4.0, 6.0, 10.0)
_LEAST_DEVIATION = 1e-4


def statistics_of(
    network: Network,
    pack: Pack,
    longest_s: float,
    on_clips: Callable[[int, int], None] = lambda done, total: None,
    *,
    seed: int = 0,
) -> FloatArray:
    """What the early head hears of every clip: at the beginning of a pass, and somewhere later.

    Float32, shape (2, clips, size).

    Args:
        network: with the pretrained encoder in it.
        pack: the recordings.
        longest_s: the longest pass of the encoder that is served, in seconds.
        on_clips: told how many are done, and of how many.
        seed: of the places.
    """
    n, rng = len(pack.corpus), np.random.default_rng(seed)
    found = np.zeros((2, n, network.early_head.size), np.float32)
    samples = ops.convert_to_tensor(pack.samples)
    runs: dict[int, Callable[..., Any]] = {}
    order = np.argsort(pack.length, kind="stable")
    for begin in range(0, n, _BATCH):
        ids = order[begin : begin + _BATCH]
        seconds = float(pack.length[ids[-1]]) / RATE_HZ
        frames = frames_of(min((s for s in _LENGTHS_S if s >= seconds), default=float(np.ceil(seconds))))
        if frames not in runs:
            runs[frames] = compiled(_graph(network, frames))
        some = np.resize(ids, _BATCH)
        clips = [ops.convert_to_tensor(place[some]) for place in (pack.start, pack.length)]
        room_s = np.maximum(longest_s - pack.length[some] / RATE_HZ, 0.0)
        later = (rng.random(_BATCH) * room_s * ENCODED_FRAMES_PER_S).astype(np.int32)
        for copy, first in enumerate((np.zeros_like(later), later)):
            statistics = runs[frames](samples, *clips, ops.convert_to_tensor(first), new_key(begin))
            found[copy, ids] = ops.convert_to_numpy(statistics)[: len(ids)]
        on_clips(begin + len(ids), n)
    return found


def fit_early(
    head: StatisticsHead, statistics: FloatArray, pack: Pack, trained: Mask, recipe: EncoderRecipe, *, seed: int = 0
) -> None:
    """Trains the head anew on the clips `trained`, and leaves the weights in it.

    `statistics` are those of all clips, as `statistics_of` gives them.
    """
    knobs = recipe.early
    rng = np.random.default_rng(seed)
    own = statistics[:, trained]
    head.offset.assign(own.mean(axis=(0, 1)))
    head.scale.assign(1.0 / (own.std(axis=(0, 1)) + _LEAST_DEVIATION))
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
        copies = rng.integers(len(statistics), size=len(chosen))
        shown = voices.moved(statistics[copies, chosen], chosen, knobs.voice_moves, rng)
        shown = corpora.moved(shown, chosen, knobs.corpus_moves, rng)
        x = head.standardised(ops.convert_to_tensor(shown))
        now = ops.convert_to_tensor(np.float32(number))
        weights, moments = run(weights, moments, now, x, ops.convert_to_tensor(chosen), key)
        key = next_key(key)
    for variable, value in zip(variables, weights, strict=True):
        variable.assign(value)


def _graph(network: Network, n_frames: int) -> Callable[..., Any]:
    """From where `_BATCH` clips lie in the samples, and are put in their pass, to their statistics."""

    def run(samples: Any, start: Any, length: Any, first: Any, key: Any) -> Any:
        # Nothing is heard behind them, so that who it would be does not matter.
        source = Source(samples, start, length, start[None], length[None], start, length)
        draws = Draws(*(ops.convert_to_tensor(d) for d in untouched(_BATCH)))
        mel, present = heard(source, draws, n_frames, Chance(key))
        outputs = network.encoder(mel, present, first, n_blocks=network.early_head.n_layers - 1)
        return network.early_head.statistics(outputs, halved(present)[:, None])[:, 0]

    return run


def _initial(shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
    """Biases of 0, and kernels of the size that keeps the variance (He et al. 2015)."""
    if len(shape) == 1:
        return np.zeros(shape, np.float32)
    return rng.normal(0.0, np.sqrt(2.0 / shape[0]), shape).astype(np.float32)
