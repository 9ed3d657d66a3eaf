"""From the encoder's layers to emotions: one projection a layer, attentive statistics, a hidden layer."""

from collections.abc import Sequence
from typing import Any

from keras import layers, ops

from ser_core.nets.whisper.linear import Linear, sizes

_VARIANCE_FLOOR = 1e-4
_NEVER = -1e9


class Head(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Describes frames, pools them, and decides.

    Attentive statistics (Okabe et al. 2018, arXiv 1803.10963) with several weightings, each over its own share of
    the channels. What frames there are to pool is said at the call, so that one pass of the encoder serves the
    whole recording and each second of it.
    """

    def __init__(
        self,
        n_classes: int,
        n_layers: int,
        channels: int = 256,
        n_weightings: int = 4,
        hidden: int = 256,
        **options: Any,
    ):
        super().__init__(**options)
        self.n_classes, self.n_layers, self.channels = n_classes, n_layers, channels
        self.n_weightings, self.hidden = n_weightings, hidden
        self.norms = [layers.LayerNormalization(epsilon=1e-5, name=f"norm_{i}") for i in range(n_layers)]
        self.project = Linear(channels, name="project")
        self.attend_in = Linear(64, activation="tanh", name="attend_in")
        self.attend = Linear(n_weightings, name="attend")
        self.pooled_norm = layers.LayerNormalization(epsilon=1e-5, name="pooled_norm")
        self.decide_in = Linear(hidden, name="decide_in")
        self.decide_out = Linear(n_classes, name="decide")

    def build(self, shape: Sequence[int | None]) -> None:
        """Creates the weights; `shape` is that of one layer's frames, (batch, frames, width)."""
        for norm in self.norms:
            norm.build(shape)
        self.project.build((*shape[:-1], self.n_layers * int(shape[-1] or 0)))
        self.attend_in.build((*shape[:-1], self.channels))
        self.attend.build((*shape[:-1], 64))
        self.pooled_norm.build((shape[0], 2 * self.channels))
        self.decide_in.build((shape[0], 2 * self.channels))
        self.decide_out.build((shape[0], self.hidden))

    def describe(self, outputs: Sequence[Any], used: Any = None) -> tuple[Any, Any]:
        """Frames (batch, frames, channels) and how much attention each deserves, (batch, frames, weightings).

        Args:
            outputs: the encoder's layers, each (batch, frames, width).
            used: factors of the layers, shape (layers,): 0 leaves one out. All are used where not given.
        """
        normed = [norm(x) for norm, x in zip(self.norms, outputs, strict=True)]
        if used is not None:
            normed = [x * ops.cast(used[i], x.dtype) for i, x in enumerate(normed)]
        frames = ops.gelu(self.project(ops.concatenate(normed, axis=-1)), approximate=True)
        return frames, self.attend(self.attend_in(frames))

    def pool(self, frames: Any, attention: Any, present: Any) -> Any:
        """Weighted mean and deviation, float32, shape (batch, 2 * channels), over the frames that are `present`.

        `present` is 1 or 0, shape (batch, frames).
        """
        batch, n = sizes(frames)
        scores = ops.cast(attention, "float32") + (1.0 - ops.cast(present, "float32"))[..., None] * _NEVER
        weights = ops.softmax(scores, axis=1)[..., None]
        parts = ops.reshape(
            ops.cast(frames, "float32"), (batch, n, self.n_weightings, self.channels // self.n_weightings)
        )
        mean = ops.sum(weights * parts, axis=1)
        variance = ops.sum(weights * ops.square(parts), axis=1) - ops.square(mean)
        deviation = ops.sqrt(ops.maximum(variance, _VARIANCE_FLOOR))
        return ops.reshape(ops.concatenate([mean, deviation], axis=-1), (batch, 2 * self.channels))

    def pool_spans(self, frames: Any, attention: Any, spans: Any) -> Any:
        """`pool` over several spans of each clip's frames, (batch, spans, 2 * channels).

        `spans` is 1 for frames that belong to it, 0 for others, (batch, spans, frames). No shape is written down, so
        that the numbers of frames and spans may be known only at run time.
        """
        frames, attention = ops.cast(frames, "float32"), ops.cast(attention, "float32")
        size = self.channels // self.n_weightings
        outside = (1.0 - ops.cast(spans, "float32")) * _NEVER
        pooled = []
        for i in range(self.n_weightings):
            part = frames[:, :, i * size : (i + 1) * size]
            weights = ops.softmax(ops.transpose(attention[:, :, i : i + 1], (0, 2, 1)) + outside, axis=-1)
            mean = ops.matmul(weights, part)
            variance = ops.matmul(weights, ops.square(part)) - ops.square(mean)
            pooled += [mean, ops.sqrt(ops.maximum(variance, _VARIANCE_FLOOR))]
        return ops.concatenate(pooled, axis=-1)

    def hide(self, pooled: Any) -> Any:
        """The hidden layer, (..., 2 * channels) -> (..., hidden)."""
        return ops.gelu(self.decide_in(self.pooled_norm(pooled)), approximate=True)

    def decide(self, hidden: Any) -> Any:
        """Logits, (..., hidden) -> (..., classes), float32."""
        return ops.cast(self.decide_out(hidden), "float32")

    def over_spans(self, outputs: Sequence[Any], spans: Any) -> Any:
        """Logits of each span of each clip's frames, (batch, spans, classes); see `pool_spans`."""
        return self.decide(self.hide(self.pool_spans(*self.describe(outputs), spans)))

    def call(self, outputs: Sequence[Any], present: Any) -> Any:
        """Logits (batch, classes) of the encoder's layers, over the frames that are `present`, (batch, frames)."""
        frames, attention = self.describe(outputs)
        return self.decide(self.hide(self.pool(frames, attention, present)))
