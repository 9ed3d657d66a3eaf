"""Trains the recogniser on a pack: as many trainings as wanted after one compilation."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from ser_core.arrays import FloatArray, IntArray, Mask
from ser_core.nets.whisper import Recogniser
from ser_core.nets.whisper.network import Weights
from ser_core.recipes import FineTunedRecipe
from ser_core.training.on_device import frames_of, untouched
from ser_core.training.on_device.chance import new_key, next_key
from ser_core.training.whisper import drawing
from ser_core.training.whisper.backends import compiled, over_steps, with_gradients
from ser_core.training.whisper.optimiser import Moments, no_moments, schedule, stepped
from ser_core.training.whisper.pack import Pack
from ser_core.training.whisper.step import Batch, Settings, Tables, logits_of, loss_of, source_of
from ser_core.training.whisper.targets import targets_on_device

_TRACKS, _TALKERS = 24, 5
# How loud the other noises are under which a model is looked at while it is chosen.
SNR_DB = 10.0


class State(NamedTuple):
    """Everything that a step changes."""

    weights: list[Any]
    average: list[Any]
    moments: Moments
    step: Any
    key: Any


class Plan(NamedTuple):
    """Numbers that a training does not change: rates of all weights, decay, number of steps, of averaging."""

    rates: Any
    decay: Any
    n_steps: Any
    averaging: Any


class Trainer:
    """One network and one pack, compiled once; `train` begins anew each time."""

    def __init__(
        self,
        network: Recogniser,
        pack: Pack,
        recipe: FineTunedRecipe,
        *,
        steps_a_call: int = 25,
        tested_seconds: float = 5.0,
        tested_batch: int = 250,
    ):
        """The weights that `network` has now are what every training begins with.

        Args:
            network: with the pretrained encoder in it.
            pack: the recordings.
            recipe: how it is trained.
            steps_a_call: steps between two looks at the loss.
            tested_seconds: of a clip that are heard in `logits`.
            tested_batch: clips at once in `logits`.
        """
        network.encoder.freeze(recipe.n_frozen)
        # It learns by itself, from statistics (`ser_core.training.whisper.early`).
        network.early_head.trainable = False
        self.network, self.pack, self.recipe = network, pack, recipe
        self.steps_a_call, self.tested_batch = steps_a_call, tested_batch
        self._begin = [ops.convert_to_numpy(v) for v in network.trainable_variables]
        samples, start, length = (ops.convert_to_tensor(x) for x in (pack.samples, pack.start, pack.length))
        self._tables = Tables(samples, start, length, targets_on_device(pack, recipe))
        n_frames, tested = frames_of(recipe.clip_s), frames_of(tested_seconds)

        def loss(weights: list[Any], tables: Tables, item: Batch, settings: Settings, key: Any) -> Any:
            return loss_of(network, weights, tables, item, settings, key, n_frames)

        differentiated = with_gradients(loss)

        def step(state: State, item: Batch, tables: Tables, settings: Settings, plan: Plan) -> tuple[State, Any]:
            value, gradients = differentiated(state.weights, tables, item, settings, state.key)
            now = schedule(state.step, plan.n_steps)
            rates = [plan.rates[i] * now for i in range(len(state.weights))]
            weights, moments = stepped(state.weights, gradients, state.moments, state.step, rates, plan.decay)
            kept = ops.minimum(plan.averaging, (1.0 + state.step) / (10.0 + state.step))
            average = [kept * a + (1.0 - kept) * w for a, w in zip(state.average, weights, strict=True)]
            return State(weights, average, moments, state.step + 1.0, next_key(state.key)), value

        def answer(weights: list[Any], tables: Tables, item: Batch, draws: Any, used: Any, key: Any) -> Any:
            return logits_of(network, weights, source_of(tables, item), draws, used, key, tested)

        self._steps, self._answer = over_steps(step), compiled(answer)

    def train(
        self,
        trained: Mask,
        on_steps: Callable[[int, float], None] = lambda done, loss: None,
        *,
        seed: int = 0,
    ) -> list[Any]:
        """The averaged weights, in the network's order of trainable weights, after training on the clips `trained`."""
        recipe = self.recipe
        rng = np.random.default_rng(seed)
        tables = self._tables
        weights = [ops.convert_to_tensor(np.array(w)) for w in self._begin]
        average = [ops.convert_to_tensor(np.array(w)) for w in self._begin]
        state = State(
            weights,
            average,
            no_moments(weights),
            ops.convert_to_tensor(np.float32(0)),
            new_key(int(rng.integers(2**30))),
        )
        plan = Plan(
            ops.convert_to_tensor(self._rates()),
            *(ops.convert_to_tensor(np.float32(x)) for x in (recipe.weight_decay, recipe.n_steps, recipe.averaging)),
        )
        settings = self._settings()
        chance = drawing.chances(self.pack, trained, recipe.share_of)
        talkers = drawing.chances_of_talkers(self.pack, trained)
        noises = drawing.chances_of_noises(self.pack, trained)
        pending: Any = None
        for done in range(0, recipe.n_steps, self.steps_a_call):
            items = Batch(
                ops.convert_to_tensor(drawing.drawn_ids(chance, (self.steps_a_call, recipe.batch_size), rng)),
                ops.convert_to_tensor(drawing.drawn_ids(talkers, (self.steps_a_call, _TRACKS, _TALKERS), rng)),
                ops.convert_to_tensor(drawing.drawn_ids(noises, (self.steps_a_call, recipe.batch_size), rng)),
            )
            state, losses = self._steps(state, items, tables, settings, plan)
            # The loss of the call before is read while this one runs.
            if pending is not None:
                on_steps(done, float(np.mean(ops.convert_to_numpy(pending))))
            pending = losses
        return list(state.average)

    def logits(
        self,
        weights: Sequence[Any],
        ids: IntArray,
        *,
        babble: bool = False,
        coloured: bool = False,
        talkers: Mask | None = None,
    ) -> FloatArray:
        """Logits (clips, classes) of the packed clips `ids`, recorded or with noise at 10 dB.

        `talkers` are the clips of which babble may be made.
        """
        tables, used = self._tables, self._settings().used
        rng = np.random.default_rng(0)
        chance = drawing.chances_of_talkers(
            self.pack, np.ones(len(self.pack.corpus), bool) if talkers is None else talkers
        )
        draws = untouched(self.tested_batch)
        one = np.ones(self.tested_batch, np.float32)
        draws = draws._replace(babble=one * babble, coloured=one * coloured, slope_db=3 * one, snr_db=SNR_DB * one)
        draws = type(draws)(*(ops.convert_to_tensor(d) for d in draws))
        found = []
        for begin in range(0, len(ids), self.tested_batch):
            some = np.resize(ids[begin : begin + self.tested_batch], self.tested_batch).astype(np.int32)
            others = drawing.drawn_ids(chance, (_TRACKS, _TALKERS), rng)
            item = Batch(*(ops.convert_to_tensor(x) for x in (some, others, some)))
            found.append(self._answer(list(weights), tables, item, draws, used, new_key(begin)))
        return np.concatenate([ops.convert_to_numpy(x) for x in found])[: len(ids)]

    def arrays(self, weights: Sequence[Any]) -> Weights:
        """Trained weights by the names that `Recogniser.to_arrays` gives, with those that were not trained."""
        for variable, value in zip(self.network.trainable_variables, weights, strict=True):
            variable.assign(value)
        found = self.network.to_arrays()
        for variable, value in zip(self.network.trainable_variables, self._begin, strict=True):
            variable.assign(value)
        return found

    def _settings(self) -> Settings:
        recipe = self.recipe
        n_layers = self.network.encoder.n_blocks + 1
        trained = np.arange(1, self.network.encoder.n_blocks + 1) >= recipe.n_frozen
        depth_dropout = np.where(trained, recipe.depth_dropout, 0.0)
        used = (np.arange(n_layers) < recipe.n_layers).astype(np.float32)

        def number(x: float) -> Any:
            return ops.convert_to_tensor(np.float32(x))

        return Settings(
            strength=number(recipe.strength),
            masks=number(recipe.masks),
            dropout=number(recipe.dropout),
            depth_dropout=ops.convert_to_tensor(depth_dropout.astype(np.float32)),
            leak=number(recipe.leak),
            used=ops.convert_to_tensor(used),
        )

    def _rates(self) -> FloatArray:
        return np.array(
            [_rate(v.path, self.recipe, self.network.encoder.n_blocks) for v in self.network.trainable_variables],
            np.float32,
        )


def _rate(path: str, recipe: FineTunedRecipe, n_blocks: int) -> float:
    """Learning rate of the weight at `path`: the lower in the encoder, the less it is changed."""
    if "/encoder/" not in path:
        return recipe.head_rate
    block = next((part for part in path.split("/") if part.startswith("block_")), "block_0")
    return recipe.encoder_rate * recipe.layer_decay ** (n_blocks - int(block.removeprefix("block_")))


def setup(mixed_precision: bool) -> None:
    """Sets Keras to compute in bfloat16 with weights in float32, where wanted; before the network is built."""
    keras.config.set_dtype_policy("mixed_bfloat16" if mixed_precision else "float32")
