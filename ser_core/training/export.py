"""From trained parts to the Keras model that is kept and the file that is served."""

import contextlib
import io
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from ser_core.nets import build_net
from ser_core.training.linear import CLIP_AT, Linear


def fused(
    net: str,
    input_shape: tuple[int, int],
    weights: Sequence[list[np.ndarray]],
    linear: Linear | None,
    gain: float,
    n_classes: int,
    batch_size: int | None = None,
) -> Any:
    """One Keras model of the networks and, where there is one, the linear model on the functionals beside it.

    Inputs `log_mel` (batch, frames, bands) and `functionals` (batch, functionals); output the mean of the networks'
    logits plus `gain` times the linear scores, (batch, n_classes).
    """
    log_mel = keras.Input(input_shape, batch_size=batch_size, name="log_mel")
    logits: list[Any] = []
    for number, each in enumerate(weights, 1):
        network: Any = build_net(net, input_shape, n_classes, batch_size)
        network.set_weights(each)
        network.name = f"{net}_{number}"
        logits.append(network(log_mel))
    heard = layers.Average(name="heard")(logits) if len(logits) > 1 else logits[0]
    if linear is None:
        return keras.Model(log_mel, heard, name=f"{net}_fused")
    functionals = keras.Input((len(linear.mean),), batch_size=batch_size, name="functionals")
    x = layers.Normalization(mean=linear.mean.astype(np.float32), variance=np.square(linear.deviation))(functionals)
    x = ops.clip(x, -CLIP_AT, CLIP_AT)
    scores = layers.Dense(n_classes, name="scores")
    scored = scores(x)
    scores.set_weights([(gain * linear.weights).astype(np.float32), (gain * linear.bias).astype(np.float32)])
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
