"""Smooths the answers of segment after segment into a course."""

from collections.abc import Sequence

import numpy as np

from ser_core.arrays import DoubleArray

# A neighbour counts by its length and by how far away it is: half after 3.5 s. An emotion lasts longer than a sentence,
# and one sentence is misheard more easily than three.
_FADE_S = 5.0
_REACH_S = 20.0


def smoothed(middles_s: Sequence[float], lengths_s: Sequence[float], logits: Sequence[DoubleArray]) -> DoubleArray:
    """Logits of each segment averaged with its neighbours', shape (segments, labels).

    The weight of a neighbour is its length times exp(-distance / 5 s), up to 20 s away. The mean of logits is how a
    recording's windows become one answer everywhere else (`ser_core.models.runner.whole_answer`). They come in order.
    """
    middles, lengths, values = np.array(middles_s), np.array(lengths_s), np.array(logits, dtype=np.float64)
    first = np.searchsorted(middles, middles - _REACH_S)
    last = np.searchsorted(middles, middles + _REACH_S, side="right")
    result = np.empty_like(values)
    for i, middle in enumerate(middles):
        near = slice(first[i], last[i])
        weights = lengths[near] * np.exp(-np.abs(middles[near] - middle) / _FADE_S)
        result[i] = weights @ values[near] / weights.sum()
    return result
