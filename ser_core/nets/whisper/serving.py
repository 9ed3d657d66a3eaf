"""The network as it is served: one graph for recordings of any length, converted to LiteRT in eight bits."""

import contextlib
import io
from typing import Any

import keras
from keras import layers

from ser_core.nets.whisper.encoder import N_BANDS
from ser_core.nets.whisper.network import Network

MEL, PRESENT, SPANS = "mel", "present", "spans"


@keras.saving.register_keras_serializable("ser_core")
class _OverSpans(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """The encoder once, and the heads over as many spans of its frames as are asked for."""

    def __init__(self, network: Network, **options: Any):
        super().__init__(**options)
        self.network = network

    def call(self, mel: Any, present: Any, spans: Any) -> Any:
        return self.network.over_spans(mel, present, spans)


def serving_model(network: Network) -> Any:
    """A Keras model of a batch of one, whose numbers of frames and spans are set when it runs.

    Inputs, float32: `mel` (1, frames, 80), an even number of frames of 10 ms; `present` (1, frames), 1 for frames of
    the recording and 0 for padding; `spans` (1, n, frames / 2), 1 for the frames of 20 ms that each answer is about,
    such as all speech, and each second of it. Output: logits (1, n, classes).
    """
    inputs = [
        keras.Input(batch_shape=(1, None, N_BANDS), name=MEL),
        keras.Input(batch_shape=(1, None), name=PRESENT),
        keras.Input(batch_shape=(1, None, None), name=SPANS),
    ]
    return keras.Model(inputs, _OverSpans(network, name="recogniser")(*inputs))


def to_lite(model: Any, *, int8: bool = True) -> bytes:
    """The model as a LiteRT file of built-in operators, its matrices in eight bits (dynamic range)."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if int8:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    # Keras tells on stdout what it saved on the way; a command prints its figures there.
    with contextlib.redirect_stdout(io.StringIO()):
        converted: bytes = converter.convert()
    return converted
