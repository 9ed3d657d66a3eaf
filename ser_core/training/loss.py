"""The loss for corpora that do not all have the same emotions."""

from typing import Any

from keras import ops


def masked_cross_entropy(target: Any, logits: Any) -> Any:
    """Cross-entropy over the possible emotions. `target` is (batch, 2, labels): truth and mask."""
    truth, possible = target[:, 0], target[:, 1]
    logits = ops.cast(logits, truth.dtype)
    log_probability = ops.log_softmax(logits - 1e9 * (1 - possible), axis=-1)
    return -ops.sum(truth * ops.where(possible > 0, log_probability, 0.0), axis=-1)
