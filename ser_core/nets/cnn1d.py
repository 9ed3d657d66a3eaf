"""Three convolutions over a vector with pooling, dropout and normalisation: the usual network for RAVDESS and TESS."""

import keras
from keras import layers

from ser_core.nets.registry import net

_CHANNELS = 128
_KERNEL = 5
_DROPOUT = 0.2
_DENSE = 256


@net("cnn1d")
def build(input_shape: tuple[int, int], n_classes: int) -> keras.Model:
    """The network, from (batch, values, 1) to logits (batch, n_classes)."""
    values = keras.Input(input_shape, name="values")
    x = layers.Conv1D(_CHANNELS, _KERNEL, padding="same", activation="relu")(values)
    x = layers.Conv1D(_CHANNELS, _KERNEL, padding="same", activation="relu")(x)
    x = layers.Dropout(_DROPOUT)(layers.MaxPooling1D(4)(x))
    x = layers.Conv1D(_CHANNELS, _KERNEL, padding="same", activation="relu")(x)
    x = layers.Dropout(_DROPOUT)(layers.MaxPooling1D(4)(x))
    x = layers.Flatten()(layers.BatchNormalization()(x))
    x = layers.Dropout(_DROPOUT)(layers.Dense(_DENSE, activation="relu")(x))
    return keras.Model(values, layers.Dense(n_classes, name="logits")(x), name="cnn1d")
