"""One convolution of 64 channels over a vector, and a softmax: the smallest possible convolutional network."""

import keras
from keras import layers

from ser_core.nets.registry import net


@net("cnn1d-shallow")
def build(input_shape: tuple[int, int], n_classes: int) -> keras.Model:
    """The network, from (batch, values, 1) to logits (batch, n_classes)."""
    values = keras.Input(input_shape, name="values")
    x = layers.Conv1D(64, 5, padding="same", activation="relu")(values)
    x = layers.Dropout(0.2)(layers.Flatten()(x))
    return keras.Model(values, layers.Dense(n_classes, name="logits")(x), name="cnn1d-shallow")
