"""Whisper's encoder on `keras.ops`: two convolutions, positions, pre-norm transformer blocks."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from ser_core.nets.whisper.linear import Linear, sizes

# Mel bands that Whisper hears.
N_BANDS = 80
# Added to the scores of keys that are padding.
_FORBIDDEN = -1e9
_NORM_EPSILON = 1e-5


class Block(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Self-attention and a feed-forward layer, each normalised before and added to what it was given."""

    def __init__(self, width: int, n_heads: int, hidden: int, **options: Any):
        super().__init__(**options)
        self.width, self.n_heads, self.hidden = width, n_heads, hidden
        self.attention_norm = layers.LayerNormalization(epsilon=_NORM_EPSILON, name="attention_norm")
        self.qkv = Linear(3 * width, name="qkv")
        self.out = Linear(width, name="out")
        self.feed_norm = layers.LayerNormalization(epsilon=_NORM_EPSILON, name="feed_norm")
        self.feed_in = Linear(hidden, name="feed_in")
        self.feed_out = Linear(width, name="feed_out")

    def build(self, shape: Sequence[int | None]) -> None:
        """Creates the weights for inputs of shape (batch, frames, width)."""
        inner = (*shape[:-1], self.width)
        for layer in (self.attention_norm, self.qkv, self.out, self.feed_norm, self.feed_in):
            layer.build(inner)
        self.feed_out.build((*shape[:-1], self.hidden))

    def call(self, x: Any, forbidden: Any, keep: Any = None) -> Any:
        """Frames (batch, frames, width) to the same shape.

        Args:
            x: frames.
            forbidden: added to the attention scores, float32, shape (batch, 1, 1, frames): 0, or very negative for
                padding.
            keep: factors of what the two branches add, shape (2, batch, 1, 1): stochastic depth (Huang et al. 2016).
        """
        attended = self._attended(self.attention_norm(x), forbidden)
        x = x + (attended if keep is None else attended * ops.cast(keep[0], attended.dtype))
        fed = self.feed_out(ops.gelu(self.feed_in(self.feed_norm(x)), approximate=True))
        return x + (fed if keep is None else fed * ops.cast(keep[1], fed.dtype))

    def _attended(self, x: Any, forbidden: Any) -> Any:
        batch, frames = sizes(x)
        size = self.width // self.n_heads

        def heads(part: Any) -> Any:
            return ops.transpose(ops.reshape(part, (batch, frames, self.n_heads, size)), (0, 2, 1, 3))

        q, k, v = (heads(part) for part in ops.split(self.qkv(x), 3, axis=-1))
        scores = ops.matmul(q * size**-0.5, ops.transpose(k, (0, 1, 3, 2)))
        weights = ops.cast(ops.softmax(ops.cast(scores, "float32") + forbidden, axis=-1), v.dtype)
        mixed = ops.transpose(ops.matmul(weights, v), (0, 2, 1, 3))
        return self.out(ops.reshape(mixed, (batch, frames, self.width)))


class Encoder(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Log-mel spectrograms to the frames of each layer, 50 a second.

    Attributes:
        width: numbers a frame.
        n_blocks: transformer blocks.
        n_positions: frames that the table of positions holds.
    """

    def __init__(
        self,
        width: int = 384,
        n_blocks: int = 4,
        n_heads: int = 6,
        hidden: int = 1536,
        n_positions: int = 1500,
        **options: Any,
    ):
        super().__init__(**options)
        self.width, self.n_blocks, self.n_positions = width, n_blocks, n_positions
        self.conv_1 = layers.Conv1D(width, 3, padding="valid", name="conv_1")
        self.conv_2 = layers.Conv1D(width, 3, strides=2, padding="valid", name="conv_2")
        self.blocks = [Block(width, n_heads, hidden, name=f"block_{i + 1}") for i in range(n_blocks)]

    def build(self, shape: Sequence[int | None]) -> None:
        """Creates the weights for log-mels of shape (batch, frames, bands)."""
        self.positions = self.add_weight(
            name="positions", shape=(self.n_positions, self.width), initializer=sinusoids, trainable=False
        )
        self.conv_1.build(shape)
        self.conv_2.build((*shape[:-1], self.width))
        for block in self.blocks:
            block.build((*shape[:-1], self.width))

    def freeze(self, n: int) -> None:
        """Lets training leave the first `n` layers as they are: the two convolutions count as one, then the blocks."""
        for parts in [(self.conv_1, self.conv_2), *((block,) for block in self.blocks)][:n]:
            for layer in parts:
                layer.trainable = False

    def call(
        self, mel: Any, present: Any, first: Any = None, keep: Any = None, n_blocks: int | None = None
    ) -> list[Any]:
        """Frames that enter the first block and those that leave each: `n_blocks + 1` of (batch, frames / 2, width).

        Frames that are not `present` change nothing in those that are: a padded clip reads as an unpadded one.

        Args:
            mel: (batch, frames, bands), an even number of frames.
            present: 1 for a frame of the clip, 0 for padding, float, shape (batch, frames).
            first: place of the first frame in the table of positions, int32, shape (batch,); 0 where not given.
            keep: as in `Block`, of all blocks, shape (blocks, 2, batch, 1, 1).
            n_blocks: how many blocks run; all where not given.
        """
        there = ops.cast(present, self.compute_dtype)[..., None]
        x = ops.pad(ops.cast(mel, self.compute_dtype) * there, ((0, 0), (1, 1), (0, 0)))
        x = ops.gelu(self.conv_1(x), approximate=True) * there
        # One frame more on the left: with a stride of 2, frame t is centred on 2 t as in the original.
        x = ops.gelu(self.conv_2(ops.pad(x, ((0, 0), (1, 0), (0, 0)))), approximate=True)
        heard = ops.cast(halved(present), "float32")
        x = x + ops.cast(self._placed(heard, first), x.dtype)
        forbidden = (1.0 - heard)[:, None, None, :] * _FORBIDDEN
        outputs = [x]
        for i, block in enumerate(self.blocks[:n_blocks]):
            x = block(x, forbidden, None if keep is None else keep[i])
            outputs.append(x)
        return outputs

    def _placed(self, heard: Any, first: Any) -> Any:
        if first is None:
            # Counted rather than cut from the table: lengths that are known only at run time then cost LiteRT nothing.
            place = ops.cast(ops.maximum(ops.cumsum(heard, axis=1) - 1.0, 0.0), "int32")
        else:
            place = first[:, None] + ops.arange(heard.shape[1], dtype="int32")
        return ops.take(self.positions, place, axis=0)


def sinusoids(shape: tuple[int, int], dtype: Any = None) -> Any:
    """Whisper's table of positions, (positions, width): sines, then cosines, of wavelengths from 2 pi to 20,000 pi."""
    n, width = shape
    rates = np.exp(-np.log(10_000.0) / (width // 2 - 1) * np.arange(width // 2))
    angles = np.arange(n)[:, None] * rates
    return ops.convert_to_tensor(np.concatenate([np.sin(angles), np.cos(angles)], axis=1), dtype=dtype)


def halved(present: Any) -> Any:
    """Which of the encoder's frames there are, (batch, frames / 2): each is centred on an even one of `present`."""
    batch, frames = sizes(present)
    return ops.reshape(present, (batch, frames // 2, 2))[..., 0]


keras.saving.register_keras_serializable("ser_core")(Block)
keras.saving.register_keras_serializable("ser_core")(Encoder)
