"""Encoder and heads as one network, with its weights in a fixed order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from ser_core.nets.whisper.encoder import N_BANDS, Encoder, halved
from ser_core.nets.whisper.head import Head
from ser_core.nets.whisper.statistics_head import StatisticsHead

Weights = dict[str, npt.NDArray[np.float32]]

# The encoder's table of positions is computed, and stands in no file.
POSITIONS = "encoder/positions"


@dataclass(frozen=True)
class Shape:
    """Sizes of a network. The defaults are Whisper tiny's.

    Attributes:
        width, n_blocks, n_heads, hidden: of the encoder.
        channels, n_weightings, head_hidden: of the head over all layers.
        n_early: blocks that the early head hears.
        early_hidden: of the early head.
    """

    width: int = 384
    n_blocks: int = 4
    n_heads: int = 6
    hidden: int = 1536
    channels: int = 256
    n_weightings: int = 4
    head_hidden: int = 256
    n_early: int = 2
    early_hidden: int = 384


# How much the early head's logits count beside the other's: chosen on the validation speakers
# (benchmarks/experiments.md).
EARLY_GAIN = 1.0


class Network(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Log-mels to logits: an encoder, with an early head.

    The early head is a perceptron on statistics of the first layers, which training leaves as they were pretrained.

    Attributes:
        encoder, early_head: its parts.
        width: numbers a frame of the encoder.
    """

    def __init__(self, n_classes: int, shape: Shape, n_blocks: int, **options: Any):
        super().__init__(**options)
        self.encoder = Encoder(shape.width, n_blocks, shape.n_heads, shape.hidden, name="encoder")
        self.early_head = StatisticsHead(n_classes, shape.n_early + 1, shape.early_hidden, name="early_head")
        self.width = shape.width

    def build(self, shape: tuple[int, ...]) -> None:
        """Creates the weights."""
        self.encoder.build(shape)
        self.early_head.build((1, 4, self.width))
        self.built = True

    def of_layers(self, outputs: Sequence[Any], spans: Any) -> Any:
        """Logits (batch, spans, classes) of the encoder's `outputs` over `spans` of them."""
        raise NotImplementedError

    def call(self, mel: Any, present: Any) -> Any:
        """Logits (batch, classes) of (batch, frames, 80) and which frames are there, (batch, frames)."""
        return self.over_spans(mel, present, halved(present)[:, None])[:, 0]

    def over_spans(self, mel: Any, present: Any, spans: Any) -> Any:
        """Logits (batch, spans, classes) in one pass of the encoder.

        `spans` is 1 for frames of the encoder that belong to a span, 0 for others, (batch, spans, frames / 2).
        """
        return self.of_layers(self.encoder(mel, present), spans)

    def to_arrays(self) -> Weights:
        """All weights by their path, float32."""
        return {_name(v): np.asarray(keras.ops.convert_to_numpy(v), np.float32) for v in self.weights}

    def from_arrays(self, weights: Weights) -> None:
        """Takes what `to_arrays` gave. Raises KeyError when one is missing."""
        for v in self.weights:
            v.assign(weights[_name(v)])


class ShallowRecogniser(Network):
    """The first layers alone, and the early head's answer."""

    def __init__(self, n_classes: int = 8, shape: Shape = Shape(), **options: Any):
        super().__init__(n_classes, shape, shape.n_early, **options)
        self.build((1, 8, N_BANDS))

    def of_layers(self, outputs: Sequence[Any], spans: Any) -> Any:
        """See `Network.of_layers`."""
        return self.early_head.over_spans(outputs, spans)


class Recogniser(Network):
    """One encoder under two heads whose logits are added.

    One head hears all layers of the encoder, and learns with it. The early head learns by itself, and errs on other
    clips.
    """

    def __init__(self, n_classes: int = 8, shape: Shape = Shape(), **options: Any):
        super().__init__(n_classes, shape, shape.n_blocks, **options)
        self.head = Head(
            n_classes, shape.n_blocks + 1, shape.channels, shape.n_weightings, shape.head_hidden, name="head"
        )
        self.build((1, 8, N_BANDS))

    def build(self, shape: tuple[int, ...]) -> None:
        """Creates the weights."""
        self.head.build((1, 4, self.width))
        super().build(shape)

    def of_layers(self, outputs: Sequence[Any], spans: Any) -> Any:
        """See `Network.of_layers`."""
        return added(self.head.over_spans(outputs, spans), self.early_head.over_spans(outputs, spans))


def network_of(weights: Weights) -> Network:
    """The network of Whisper tiny's size that these weights are of, with them in it. Raises ValueError for others."""
    made: Network = Recogniser() if any(name.startswith("head/") for name in weights) else ShallowRecogniser()
    fresh = made.to_arrays()
    if _shapes(fresh) != _shapes(weights):
        raise ValueError("These are the weights of another network.")
    made.from_arrays(fresh | weights)
    return made


def _shapes(weights: Weights) -> dict[str, tuple[int, ...]]:
    """What a file of weights holds."""
    return {name: values.shape for name, values in weights.items() if name != POSITIONS}


def added(of_all: Any, of_early: Any) -> Any:
    """The answer of both heads, logits (..., classes)."""
    return of_all + EARLY_GAIN * of_early


def _name(variable: Any) -> str:
    """Its path without the name of the whole, which depends on what was built before it."""
    return str(variable.path).partition("/")[2]
