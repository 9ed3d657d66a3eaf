"""CRNN: residual convolutions over the log-mel, a bidirectional LSTM over time, and attention over its outputs.

The convolutions find local patterns of pitch and timbre, the LSTM follows how they move through the sentence, and the
attention decides which moments count.
"""

from typing import Any

import keras
from keras import layers, ops

from ser_core.nets.registry import net

_STEM_CHANNELS = 24
# channels and (time, band) stride of each residual block
_BLOCKS = ((32, (2, 2)), (64, (2, 2)), (96, (1, 2)))
_LSTM_UNITS = 64
_DROPOUT = 0.3
# Small corpora give few steps per epoch: with Keras' 0.99, the running statistics would lag epochs behind.
_BATCH_NORM_MOMENTUM = 0.9


@net("crnn")
def build(input_shape: tuple[int, int], n_classes: int) -> keras.Model:
    """The network, from a normalised log-mel (batch, frames, bands) to logits (batch, n_classes)."""
    frames, bands = input_shape
    log_mel = keras.Input((frames, bands), name="log_mel")
    x = ops.expand_dims(log_mel, -1)
    x = _conv(x, _STEM_CHANNELS, 3, (1, 2))
    x = layers.ReLU()(x)
    for channels, stride in _BLOCKS:
        x = _residual_block(x, channels, stride)
    x = layers.Reshape((x.shape[1], x.shape[2] * x.shape[3]))(x)
    x = layers.Dropout(_DROPOUT)(x)
    x = layers.Bidirectional(layers.LSTM(_LSTM_UNITS, return_sequences=True))(x)
    x = _attentive_statistics(x)
    x = layers.Dropout(_DROPOUT)(x)
    logits = layers.Dense(n_classes, name="logits")(x)
    return keras.Model(log_mel, logits, name="crnn")


def _conv(x: Any, channels: int, kernel: int, stride: tuple[int, int] = (1, 1)) -> Any:
    x = layers.Conv2D(channels, kernel, strides=stride, padding="same", use_bias=False)(x)
    return layers.BatchNormalization(momentum=_BATCH_NORM_MOMENTUM)(x)


def _residual_block(x: Any, channels: int, stride: tuple[int, int]) -> Any:
    """Two 3x3 convolutions with squeeze-and-excitation (Hu et al. 2018) beside a 1x1 shortcut."""
    y = layers.ReLU()(_conv(x, channels, 3, stride))
    y = _conv(y, channels, 3)
    gate = layers.GlobalAveragePooling2D(keepdims=True)(y)
    gate = layers.Dense(channels // 8, activation="relu")(gate)
    gate = layers.Dense(channels, activation="sigmoid")(gate)
    return layers.ReLU()(layers.Multiply()([y, gate]) + _conv(x, channels, 1, stride))


def _attentive_statistics(x: Any) -> Any:
    """Mean and deviation over time, weighted by attention (Okabe, Koshinaka and Shinoda 2018)."""
    scores = layers.Dense(1)(layers.Dense(64, activation="tanh")(x))
    weights = ops.softmax(scores, axis=1)
    mean = ops.sum(weights * x, axis=1)
    variance = ops.sum(weights * ops.square(x - ops.expand_dims(mean, 1)), axis=1)
    return ops.concatenate([mean, ops.sqrt(ops.maximum(variance, 1e-6))], axis=-1)
