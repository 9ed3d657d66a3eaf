"""Encoder and head as one, with its weights in a fixed order."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from ser_core.nets.whisper.encoder import N_BANDS, Encoder, halved
from ser_core.nets.whisper.head import Head

Weights = dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Shape:
    """Sizes of a network. The defaults are Whisper tiny's.

    Attributes:
        width, n_blocks, n_heads, hidden: of the encoder.
        channels, n_weightings, head_hidden: of each head.
        n_early: blocks that the early head hears.
    """

    width: int = 384
    n_blocks: int = 4
    n_heads: int = 6
    hidden: int = 1536
    channels: int = 256
    n_weightings: int = 4
    head_hidden: int = 256
    n_early: int = 2


# How much the early head's logits count beside the other's: chosen on the validation speakers
# (benchmarks/experiments.md).
EARLY_GAIN = 0.4


class Recogniser(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Log-mels to logits: one encoder under two heads whose logits are added.

    One head hears all layers of the encoder, the other the first ones alone, which training leaves as they were
    pretrained. It is the weaker of the two, and errs on other clips.
    """

    def __init__(self, n_classes: int = 8, shape: Shape = Shape(), **options: Any):
        super().__init__(**options)
        self.encoder = Encoder(shape.width, shape.n_blocks, shape.n_heads, shape.hidden, name="encoder")
        self.head = Head(
            n_classes, shape.n_blocks + 1, shape.channels, shape.n_weightings, shape.head_hidden, name="head"
        )
        self.early_head = Head(
            n_classes, shape.n_early + 1, shape.channels, shape.n_weightings, shape.head_hidden, name="early_head"
        )
        self.width = shape.width
        self.build((1, 8, N_BANDS))

    def build(self, shape: tuple[int, ...]) -> None:
        """Creates the weights."""
        self.encoder.build(shape)
        for head in self.heads:
            head.build((1, 4, self.width))
        self.built = True

    def call(self, mel: Any, present: Any) -> Any:
        """Logits (batch, classes) of (batch, frames, 80) and which frames are there, (batch, frames)."""
        outputs = self.encoder(mel, present)
        return added(*(head(outputs[: head.n_layers], halved(present)) for head in self.heads))

    @property
    def heads(self) -> tuple[Head, Head]:
        """The head over all layers, and the early one. Each takes the encoder's first `n_layers` outputs."""
        return self.head, self.early_head

    def to_arrays(self) -> Weights:
        """All weights by their path, float32."""
        return {_name(v): np.asarray(keras.ops.convert_to_numpy(v), np.float32) for v in self.weights}

    def from_arrays(self, weights: Weights) -> None:
        """Takes what `to_arrays` gave. Raises KeyError when one is missing."""
        for v in self.weights:
            v.assign(weights[_name(v)])


def added(of_all: Any, of_early: Any) -> Any:
    """The answer of both heads, logits (..., classes)."""
    return of_all + EARLY_GAIN * of_early


def _name(variable: Any) -> str:
    """Its path without the name of the whole, which depends on what was built before it."""
    return str(variable.path).partition("/")[2]
