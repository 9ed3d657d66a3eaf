"""A dense layer over frames whose number may be known only at run time."""

from typing import Any

from keras import layers, ops


class Linear(layers.Dense):  # type: ignore[misc]  # Keras has no types
    """`Dense` on (batch, frames, channels) by one product of matrices.

    Keras goes by way of a tensor product, for which LiteRT works out shapes step by step when the number of frames
    is not fixed. The batch must be fixed then.
    """

    def call(self, x: Any) -> Any:
        """(..., channels) to (..., units)."""
        if len(x.shape) == 2:
            return super().call(x)
        flat = ops.matmul(ops.reshape(x, (-1, x.shape[-1])), self.kernel) + self.bias
        return self.activation(ops.reshape(flat, (*sizes(x), self.units)))


def sizes(x: Any) -> tuple[int, int]:
    """Clips and frames of `x` (clips, frames, ...); -1, which a shape may have once, for the one that is not known."""
    return x.shape[0] or -1, x.shape[1] or -1
