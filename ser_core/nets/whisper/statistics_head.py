"""From the encoder's first layers to emotions: mean and deviation of every channel over time, and a perceptron."""

from collections.abc import Sequence
from typing import Any

from keras import layers, ops

from ser_core.nets.whisper.linear import Linear

# Standardised statistics are limited to this: larger ones show that a clip is odd, but not how odd.
CLIP_AT = 5.0
_VARIANCE_FLOOR = 1e-6
_LEAST_FRAMES = 1.0


class StatisticsHead(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """A perceptron on global statistics of layers that training leaves alone.

    `offset` and `scale` standardise the statistics, and are those of the training clips rather than learned.
    """

    def __init__(self, n_classes: int, n_layers: int, hidden: int = 384, **options: Any):
        super().__init__(**options)
        self.n_classes, self.n_layers, self.hidden = n_classes, n_layers, hidden
        self.decide_in = Linear(hidden, name="decide_in")
        self.decide_out = Linear(n_classes, name="decide")

    def build(self, shape: Sequence[int | None]) -> None:
        """Creates the weights; `shape` is that of one layer's frames, (batch, frames, width)."""
        self.size = 2 * self.n_layers * int(shape[-1] or 0)
        for name in ("offset", "scale"):
            kind = "zeros" if name == "offset" else "ones"
            setattr(self, name, self.add_weight(name=name, shape=(self.size,), initializer=kind, trainable=False))
        self.decide_in.build((shape[0], self.size))
        self.decide_out.build((shape[0], self.hidden))

    def statistics(self, outputs: Sequence[Any], spans: Any) -> Any:
        """Mean and deviation of each layer's channels over spans of the frames, float32, (batch, spans, size).

        Args:
            outputs: at least `n_layers` outputs of the encoder, each (batch, frames, width).
            spans: 1 for frames that belong to a span, 0 for others, (batch, spans, frames).
        """
        spans = ops.cast(spans, "float32")
        share = spans / ops.maximum(ops.sum(spans, axis=-1, keepdims=True), _LEAST_FRAMES)
        parts = []
        for layer in outputs[: self.n_layers]:
            frames = ops.cast(layer, "float32")
            mean = ops.matmul(share, frames)
            variance = ops.matmul(share, ops.square(frames)) - ops.square(mean)
            parts += [mean, ops.sqrt(ops.maximum(variance, _VARIANCE_FLOOR))]
        return ops.concatenate(parts, axis=-1)

    def standardised(self, statistics: Any) -> Any:
        """Statistics (..., size), standardised and limited."""
        return ops.clip((statistics - self.offset) * self.scale, -CLIP_AT, CLIP_AT)

    def hide(self, standardised: Any) -> Any:
        """The hidden layer, (..., size) -> (..., hidden)."""
        return ops.gelu(self.decide_in(standardised), approximate=True)

    def decide(self, hidden: Any) -> Any:
        """Logits, (..., hidden) -> (..., classes), float32."""
        return ops.cast(self.decide_out(hidden), "float32")

    def over_spans(self, outputs: Sequence[Any], spans: Any) -> Any:
        """Logits of each span, (batch, spans, classes)."""
        return self.decide(self.hide(self.standardised(self.statistics(outputs, spans))))

    def call(self, outputs: Sequence[Any], present: Any) -> Any:
        """Logits (batch, classes) of the encoder's layers, over the frames that are `present`, (batch, frames)."""
        return self.over_spans(outputs, present[:, None])[:, 0]
