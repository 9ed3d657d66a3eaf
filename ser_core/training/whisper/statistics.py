"""What the early head hears of recordings: mean and deviation of the encoder's first layers over time.

These layers are left as they were pretrained, so one set of statistics serves as many trainings as wanted. The
encoder adds to its frames where in a pass they lie, and the statistics tell: each recording is heard at the beginning
of a pass, and somewhere later in it; then disturbed, as often as the recipe says.

Everything behind a voice is its own or made: what was recorded of others would be heard in the trainings that leave
them out.
"""

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops

from ser_core.arrays import HalfArray
from ser_core.features.whisper_log_mel import ENCODED_FRAMES_PER_S
from ser_core.nets.whisper import Network
from ser_core.nets.whisper.encoder import halved
from ser_core.recipes import EncoderRecipe
from ser_core.recipes.encoder import DisturbedKnobs
from ser_core.training.on_device import Draws, Source, drawn, frames_of, heard, untouched
from ser_core.training.on_device.chance import Chance, new_key
from ser_core.training.whisper.backends import compiled
from ser_core.training.whisper.drawing import Ids
from ser_core.training.whisper.pack import RATE_HZ, Pack
from ser_core.training.whisper.step import listened_to

# Copies of a recording as it is: at the beginning of a pass, and later.
N_RECORDED = 2
# Clips a batch: many of a voice with many recordings, few of one with few.
_MANY, _FEW = 16, 4
# What clips are padded to, in seconds: each length costs a compilation, as does each length of a batch's samples.
_LENGTHS_S = (2.0, 3.0, 4.0, 6.0, 10.0, 15.0, 20.0)
_SAMPLES = 1 << 21
# What is heard of a disturbed copy, as in a step of the fine-tuned network.
_DISTURBED_S = 4.0
# Recordings in a track of babble, of which two clips each have one.
_TALKERS = 5
_LARGEST = float(np.finfo(np.float16).max)


class Statistics:
    """Makes statistics, for one voice after another."""

    def __init__(self, network: Network, recipe: EncoderRecipe):
        """`network` has the pretrained encoder in it."""
        self._network, self._recipe = network, recipe
        self._runs: dict[tuple[int, int, bool], Callable[..., Any]] = {}

    @property
    def n_copies(self) -> int:
        """How many statistics a recording has."""
        return N_RECORDED + (self._recipe.disturbed.copies if self._recipe.disturbed else 0)

    @property
    def size(self) -> int:
        """How many numbers each has."""
        return int(self._network.early_head.size)

    def of(self, voice: Pack, *, seed: int = 0) -> HalfArray:
        """The statistics of a voice's recordings, shape (copies, clips, size).

        `seed` and the recordings decide what is by chance.
        """
        rng = np.random.default_rng([seed, zlib.crc32(voice.samples.tobytes())])
        found = np.zeros((self.n_copies, len(voice.length), self.size), np.float16)
        order = np.argsort(voice.length, kind="stable")
        size = _MANY if len(order) > _MANY // 2 else _FEW
        for begin in range(0, len(order), size):
            own = order[begin : begin + size]
            ids = np.resize(own, size).astype(np.int32)
            for copy in range(self.n_copies):
                first = np.zeros(size, np.int32) if copy == 0 else self._later(voice, ids, rng)
                made = self._run(voice, ids, first, rng, disturbed=copy >= N_RECORDED)
                found[copy, own] = np.clip(made[: len(own)], -_LARGEST, _LARGEST)
        return found

    def _later(self, voice: Pack, ids: Ids, rng: np.random.Generator) -> Ids:
        """Where in a pass clips are put, in frames of the encoder, each so that it fits into the longest pass."""
        room_s = np.maximum(self._recipe.longest_pass_s - voice.length[ids] / RATE_HZ, 0.0)
        later: Ids = (rng.random(len(ids)) * room_s * ENCODED_FRAMES_PER_S).astype(np.int32)
        return later

    def _run(self, voice: Pack, ids: Ids, first: Ids, rng: np.random.Generator, *, disturbed: bool) -> Any:
        """The statistics of a batch of clips, float32, shape (clips, size)."""
        longest_s = float(voice.length[ids].max()) / RATE_HZ
        if disturbed:
            longest_s = min(longest_s, _DISTURBED_S)
        frames = frames_of(min((s for s in _LENGTHS_S if s >= longest_s), default=float(np.ceil(longest_s))))
        which = len(ids), frames, disturbed
        if which not in self._runs:
            self._runs[which] = compiled(self._graph(len(ids), frames, self._recipe.disturbed if disturbed else None))
        tracks = (len(ids) // 2, _TALKERS) if disturbed else (1, 1)
        talkers = rng.integers(len(voice.length), size=tracks).astype(np.int32)
        some = voice.of(np.concatenate([ids, talkers.ravel()]))
        samples = np.pad(some.samples, (0, -len(some.samples) % _SAMPLES))
        start, length = ((p[: len(ids)], p[len(ids) :].reshape(talkers.shape)) for p in (some.start, some.length))
        places = [ops.convert_to_tensor(p) for p in (start[0], length[0], start[1], length[1], first)]
        key = new_key(int(rng.integers(2**30)))
        made = self._runs[which](ops.convert_to_tensor(samples), *places, key)
        return ops.convert_to_numpy(made)

    def _graph(self, n_clips: int, n_frames: int, disturbed: DisturbedKnobs | None) -> Callable[..., Any]:
        """From where `n_clips` lie in the samples, and are put in their pass, to their statistics."""
        network = self._network

        def run(samples: Any, start: Any, length: Any, t_start: Any, t_length: Any, first: Any, key: Any) -> Any:
            chance = Chance(key)
            if disturbed:
                draws = drawn(n_clips, disturbed.strength, disturbed.masks, chance)
                draws = draws._replace(coloured=draws.coloured + draws.recorded, recorded=0.0 * draws.recorded)
            else:
                draws = Draws(*(ops.convert_to_tensor(d) for d in untouched(n_clips)))
            # No recorded noise is drawn, so which it would be does not matter.
            source = Source(samples, start, length, t_start, t_length, start, length)
            mel, present = heard(source, draws, n_frames, chance)
            outputs = network.encoder(mel, present, first, n_blocks=network.early_head.n_layers - 1)
            there = halved(present)
            if disturbed:
                there = listened_to(there, disturbed.strength, chance)
            return network.early_head.statistics(outputs, there[:, None])[:, 0]

        return run
