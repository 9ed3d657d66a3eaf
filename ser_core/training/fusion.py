"""Combines the trained members of an ensemble into one Keras model."""

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
) -> Any:
    """One Keras model of the networks and, if there are any, the perceptrons on the functionals.

    Inputs `log_mel` (batch, frames, bands) and `functionals` (batch, functionals); output the mean of the networks'
    logits plus `gain` times the mean of the perceptrons', (batch, n_classes).
    """
    log_mel = keras.Input(input_shape, name="log_mel")
    logits: list[Any] = []
    for number, each in enumerate(weights, 1):
        network: Any = build_net(net, input_shape, n_classes)
        network.set_weights(each)
        network.name = f"{net}_{number}"
        logits.append(network(log_mel))
    of_networks = layers.Average(name="networks")(logits) if len(logits) > 1 else logits[0]
    if perceptrons is None:
        return keras.Model(log_mel, of_networks, name=f"{net}_fused")
    functionals = keras.Input((len(perceptrons.mean),), name="functionals")
    x = layers.Normalization(mean=perceptrons.mean, variance=np.square(perceptrons.deviation))(functionals)
    x = ops.clip(x, -CLIP_AT, CLIP_AT)
    kernels, biases, last_kernels, last_biases = zip(*perceptrons.weights, strict=True)
    # Together they form one layer with all their hidden units; the last layer takes the mean.
    hidden = layers.Dense(sum(map(len, biases)), activation="relu", name="statistics")
    scores = layers.Dense(n_classes, name="scores")
    scored = scores(hidden(x))
    hidden.set_weights([np.concatenate(kernels, axis=1), np.concatenate(biases)])
    share = gain / len(perceptrons.weights)
    scores.set_weights([share * np.concatenate(last_kernels), share * np.sum(last_biases, axis=0)])
    return keras.Model([log_mel, functionals], of_networks + scored, name=f"{net}_fused")
