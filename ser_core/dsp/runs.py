"""Runs of true values: stretches of voice, pauses, values above a threshold."""

import numpy as np

from ser_core.arrays import Mask


def true_runs(mask: Mask) -> list[tuple[int, int]]:
    """Half-open index ranges in which `mask` is true, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
