"""The classic networks behind the protocol of the classic models: preparation, network and softmax in one file."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from ser_core.arrays import DoubleArray, FloatArray, IntArray
from ser_core.models.card import KERAS_FILE, SERVED_FILE
from ser_core.models.export import to_tflite
from ser_core.models.preparation import Preparation
from ser_core.nets import build_net
from ser_core.training.classic_models import FitEpoch
from ser_core.training.precision import half_precision

_BATCH_TO_PREDICT = 256


@dataclass(frozen=True)
class Training:
    """How a network is trained.

    Attributes:
        epochs: passes over the clips; the last one's weights are kept.
        batch_size: clips a step.
        learning_rate: where Adam starts; it falls to zero along a cosine, so that nobody has to choose an epoch.
        seed: of everything left to chance.
        half_precision: whether layers compute in bfloat16 while they learn.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    seed: int
    half_precision: bool = False


class NetworkModel:
    """A Keras network of a classic recipe."""

    def __init__(self, net: str, preparation: Preparation, training: Training) -> None:
        self.net = net
        self.preparation = preparation
        self.training = training
        self.model: Any = None
        self.n_parameters: int | None = None

    def fit(
        self, x: FloatArray, y: IntArray, on_epoch: Callable[[FitEpoch], None] = lambda epoch: None
    ) -> tuple[FitEpoch, ...]:
        """Trains a fresh network."""
        how = self.training
        keras.utils.set_random_seed(how.seed)
        prepared = self.preparation.fit(x, y).transform(x)
        shape = prepared.shape[1:] if prepared.ndim == 3 else (prepared.shape[1], 1)
        n_classes = int(y.max()) + 1
        with half_precision() if how.half_precision else nullcontext():
            network = build_net(self.net, shape, n_classes)
        self.n_parameters = int(network.count_params())
        steps = how.epochs * -(-len(prepared) // how.batch_size)
        rate = keras.optimizers.schedules.CosineDecay(how.learning_rate, decay_steps=steps)
        network.compile(
            optimizer=keras.optimizers.Adam(rate),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        history: list[FitEpoch] = []

        def tell(number: int, logs: dict[str, float]) -> None:
            history.append(FitEpoch(number + 1, float(logs["loss"]), float(logs["accuracy"])))
            on_epoch(history[-1])

        network.fit(
            prepared.reshape(len(prepared), *shape),
            y,
            epochs=how.epochs,
            batch_size=how.batch_size,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=tell)],
        )
        learned = build_net(self.net, shape, n_classes)
        learned.set_weights(network.get_weights())
        self.model = whole_network(self.preparation, learned, x.shape[1:])
        return tuple(history)

    def predict_proba(self, x: FloatArray) -> DoubleArray:
        """Probabilities of the classes, shape (n, classes)."""
        parts = [x[i : i + _BATCH_TO_PREDICT] for i in range(0, len(x), _BATCH_TO_PREDICT)]
        return np.concatenate([np.asarray(self.model.predict_on_batch(part), dtype=np.float64) for part in parts])

    def save(self, folder: Path) -> tuple[str, ...]:
        """Writes `model.keras`: values in, probabilities out."""
        folder.mkdir(parents=True, exist_ok=True)
        self.model.save(folder / KERAS_FILE)
        return (KERAS_FILE,)

    def save_served(self, folder: Path) -> tuple[str, ...]:
        """Writes `model.tflite`: the same for LiteRT, one clip at a time."""
        (folder / SERVED_FILE).write_bytes(to_tflite(self.model))
        return (SERVED_FILE,)

    @classmethod
    def load(cls, folder: Path) -> "NetworkModel":
        """Reads `model.keras`; what it gives can predict, not learn on."""
        loaded = cls("", Preparation(None, None, 0), Training(0, 0, 0.0, 0))
        loaded.model = keras.saving.load_model(folder / KERAS_FILE, compile=False)
        return loaded


def whole_network(preparation: Preparation, network: Any, shape: tuple[int, ...]) -> Any:
    """Preparation, network and softmax as one network from values (batch, *shape) to probabilities."""
    values = keras.Input(shape, name="values")
    prepare = layers.Dense(preparation.matrix.shape[1], trainable=False, name="preparation")
    x = prepare(values)
    prepare.set_weights([preparation.matrix, preparation.offset])
    if len(shape) == 1:
        x = layers.Reshape((preparation.matrix.shape[1], 1))(x)
    return keras.Model(values, layers.Softmax(name="probabilities")(network(x)), name=network.name)
