"""From a trained Keras network to the file that is served."""

from typing import Any

import numpy as np

from ser_core.nets import build_net


def to_litert(
    net: str, input_shape: tuple[int, int], weights: list[np.ndarray], n_classes: int, *, int8: bool
) -> bytes:
    """A LiteRT model for one clip at a time, built-in operators only.

    With `int8` the weights are stored in eight bits and activations are quantised as they come (dynamic range):
    a quarter of the size and about three times the speed for a change of probabilities near 0.01. The batch is
    fixed to one: with a free batch the LSTM would convert to operators that LiteRT does not have.
    """
    import tensorflow as tf

    model: Any = build_net(net, input_shape, n_classes, batch_size=1)
    model.set_weights(weights)
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if int8:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return bytes(converter.convert())
