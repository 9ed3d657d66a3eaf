"""Eight convolutions over a vector: 1,283,591 parameters for 162 values and seven emotions."""

from typing import Any

import keras
from keras import layers

from ser_core.nets.registry import net

_KERNEL = 8
_POOL = 8
_DROPOUT = 0.25


@net("cnn1d-deep")
def build(input_shape: tuple[int, int], n_classes: int) -> keras.Model:
    """The network, from (batch, values, 1) to logits (batch, n_classes). It takes 64 values or more."""
    values = keras.Input(input_shape, name="values")
    x = _convolved(values, 256)
    x = _convolved(x, 256, normalised=True)
    x = layers.MaxPooling1D(_POOL)(layers.Dropout(_DROPOUT)(x))
    for _ in range(3):
        x = _convolved(x, 128)
    x = _convolved(x, 128, normalised=True)
    x = layers.MaxPooling1D(_POOL)(layers.Dropout(_DROPOUT)(x))
    for _ in range(2):
        x = _convolved(x, 64)
    logits = layers.Dense(n_classes, name="logits")(layers.Flatten()(x))
    return keras.Model(values, logits, name="cnn1d-deep")


def _convolved(x: Any, channels: int, *, normalised: bool = False) -> Any:
    x = layers.Conv1D(channels, _KERNEL, padding="same")(x)
    if normalised:
        x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)
