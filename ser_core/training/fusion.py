"""From trained parts to the Keras model that is kept and the file that is served."""

import contextlib
import io
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from ser_core.nets import build_net
from ser_core.training.perceptron import CLIP_AT, Perceptrons


def fused(
    net: str,
    input_shape: tuple[int, int],
    weights: Sequence[list[np.ndarray]],
    perceptrons: Perceptrons | None,
    gain: float,
    n_classes: int,
    batch_size: int | None = None,
) -> Any:
    """One Keras model of the networks and, where there are some, the perceptrons on the functionals beside them.

    Inputs `log_mel` (batch, frames, bands) and `functionals` (batch, functionals); output the mean of the networks'
    logits plus `gain` times the mean of the perceptrons', (batch, n_classes).
    """
    log_mel = keras.Input(input_shape, batch_size=batch_size, name="log_mel")
    logits: list[Any] = []
    for number, each in enumerate(weights, 1):
        network: Any = build_net(net, input_shape, n_classes, batch_size)
        network.set_weights(each)
        network.name = f"{net}_{number}"
        logits.append(network(log_mel))
    heard = layers.Average(name="heard")(logits) if len(logits) > 1 else logits[0]
    if perceptrons is None:
        return keras.Model(log_mel, heard, name=f"{net}_fused")
    functionals = keras.Input((len(perceptrons.mean),), batch_size=batch_size, name="functionals")
    x = layers.Normalization(mean=perceptrons.mean, variance=np.square(perceptrons.deviation))(functionals)
    x = ops.clip(x, -CLIP_AT, CLIP_AT)
    kernels, biases, last_kernels, last_biases = zip(*perceptrons.weights, strict=True)
    # Side by side they are one layer of all their hidden units; the last layer takes their mean.
    hidden = layers.Dense(sum(map(len, biases)), activation="relu", name="statistics")
    scores = layers.Dense(n_classes, name="scores")
    scored = scores(hidden(x))
    hidden.set_weights([np.concatenate(kernels, axis=1), np.concatenate(biases)])
    share = gain / len(perceptrons.weights)
    scores.set_weights([share * np.concatenate(last_kernels), share * np.sum(last_biases, axis=0)])
    return keras.Model([log_mel, functionals], heard + scored, name=f"{net}_fused")


def to_litert(model: Any, *, int8: bool) -> bytes:
    """A LiteRT model of a Keras model with a batch size of one, built-in operators only.

    With `int8` the weights are stored in eight bits and activations are quantised as they come (dynamic range):
    a quarter of the size and about three times the speed for a change of probabilities near 0.01. The batch is
    fixed to one: with a free batch the LSTM would convert to operators that LiteRT does not have.
    """
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if int8:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    # Keras tells on stdout what it saved on the way; a command prints its figures there.
    with contextlib.redirect_stdout(io.StringIO()):
        return bytes(converter.convert())
