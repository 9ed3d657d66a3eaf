"""Cuts clips out of one long array on the device."""

from typing import Any

from keras import ops

_INT16 = 32768.0


def cut(samples: Any, start: Any, length: Any, lead: Any, n: int) -> Any:
    """Each clip after `lead` samples of silence and before more of it, float32, shape (clips, n).

    Args:
        samples: int16, shape (all samples,).
        start: where each clip begins in it, int32, shape (clips,).
        length: samples of each clip, int32, shape (clips,).
        lead: samples of silence before it, int32, shape (clips,); where negative, so many are left out.
        n: samples of each result.
    """
    place = ops.arange(n, dtype="int32")[None] - lead[:, None]
    inside = (place >= 0) & (place < length[:, None])
    taken = ops.take(samples, start[:, None] + ops.where(inside, place, 0))
    return ops.where(inside, ops.cast(taken, "float32") / _INT16, 0.0)


def repeated(samples: Any, start: Any, length: Any, shift: Any, n: int) -> Any:
    """Each clip over and over from sample `shift` of it on, float32, shape (clips, n)."""
    place = (ops.arange(n, dtype="int32")[None] + shift[:, None]) % length[:, None]
    return ops.cast(ops.take(samples, start[:, None] + place), "float32") / _INT16
