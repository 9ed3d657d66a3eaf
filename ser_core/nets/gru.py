"""GRU over a vector read as a sequence of single values, then two dense layers: a lighter alternative to the LSTM."""

import keras
from keras import layers

from ser_core.nets.registry import net

_UNITS = 128
_DENSE = (128, 64)
_DROPOUT = 0.2


@net("gru")
def build(input_shape: tuple[int, int], n_classes: int) -> keras.Model:
    """The network, from (batch, values, 1) to logits (batch, n_classes)."""
    values = keras.Input(input_shape, name="values")
    x = layers.Dropout(_DROPOUT)(layers.GRU(_UNITS)(values))
    for units in _DENSE:
        x = layers.Dropout(_DROPOUT)(layers.Dense(units, activation="relu")(x))
    return keras.Model(values, layers.Dense(n_classes, name="logits")(x), name="gru")
