"""The trainer of classic networks: preparation, network and softmax end as one Keras model of the values."""

import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import keras
from keras import layers

from ser_core.models.card import KERAS_FILE, SERVED_FILE, ClassicCard
from ser_core.models.export import to_tflite
from ser_core.models.preparation import Preparation
from ser_core.nets import build_net
from ser_core.recipes import NetworkRecipe
from ser_core.training.classic import ClassicTrainer
from ser_core.training.data.vectors import Vectors
from ser_core.training.precision import half_precision
from ser_core.training.progress import Epoch
from ser_core.training.trainer import Fitted, Task


class NetworkTrainer(ClassicTrainer):
    """Trains a network for a fixed number of epochs, with Adam."""

    modules: tuple[str, ...] = ("keras", "tensorflow", "numpy", "sklearn")
    _recipe: NetworkRecipe

    def fit(self, data: Vectors, task: Task) -> Fitted:
        """Nobody chooses an epoch, and there are no checkpoints: it takes minutes."""
        recipe = self._recipe
        x, y, labels = self._rows(data, task.train)
        keras.utils.set_random_seed(task.seed)
        preparation = Preparation(recipe.pca, recipe.select, task.seed)
        prepared = preparation.fit(x, y).transform(x)
        shape = prepared.shape[1:] if prepared.ndim == 3 else (prepared.shape[1], 1)
        with half_precision() if recipe.half_precision else nullcontext():
            network = build_net(recipe.net, shape, len(labels))
        steps = recipe.epochs * -(-len(prepared) // recipe.batch_size)
        rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, decay_steps=steps)
        network.compile(
            optimizer=keras.optimizers.Adam(rate),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        history: list[Epoch] = []
        began = time.monotonic()

        def tell(number: int, logs: dict[str, float]) -> None:
            seconds = time.monotonic() - began - sum(epoch.seconds for epoch in history)
            history.append(Epoch(number + 1, float(logs["loss"]), seconds, accuracy=float(logs["accuracy"])))
            task.on_epoch(history[-1], recipe.epochs)

        network.fit(
            prepared.reshape(len(prepared), *shape),
            y,
            epochs=recipe.epochs,
            batch_size=recipe.batch_size,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=tell)],
        )
        learned = build_net(recipe.net, shape, len(labels))
        learned.set_weights(network.get_weights())
        model = whole_network(preparation, learned, x.shape[1:])
        return self._fitted(model, labels, int(network.count_params()), tuple(history))

    def export(self, fitted: Fitted, folder: Path, *, quantised: bool = True) -> ClassicCard:
        """The network as Keras has it, and for LiteRT in float32: it is small."""
        folder.mkdir(parents=True, exist_ok=True)
        fitted.model.save(folder / KERAS_FILE)
        (folder / SERVED_FILE).write_bytes(to_tflite(fitted.model))
        return self._card(fitted, folder, KERAS_FILE, SERVED_FILE)


def whole_network(preparation: Preparation, network: Any, shape: tuple[int, ...]) -> Any:
    """Preparation, network and softmax as one network from values (batch, *shape) to probabilities."""
    values = keras.Input(shape, name="values")
    prepare = layers.Dense(preparation.matrix.shape[1], trainable=False, name="preparation")
    x = prepare(values)
    prepare.set_weights([preparation.matrix, preparation.offset])
    if len(shape) == 1:
        x = layers.Reshape((preparation.matrix.shape[1], 1))(x)
    return keras.Model(values, layers.Softmax(name="probabilities")(network(x)), name=network.name)
