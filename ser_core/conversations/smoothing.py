"""Smooths the answers of segment after segment into a course."""

from collections.abc import Sequence

import numpy as np

from ser_core.arrays import DoubleArray

# An emotion lasts longer than a sentence, and one sentence is misheard more easily than three; but where parties share
# a channel, the next sentence may be somebody else's.
ONE_VOICE_FADE_S, MANY_VOICES_FADE_S = 5.0, 1.5
_REACH_FADES = 4


def smoothed(
    middles_s: Sequence[float], lengths_s: Sequence[float], logits: Sequence[DoubleArray], fade_s: float
) -> DoubleArray:
    """Logits of each segment averaged with its neighbours', shape (segments, labels).

    The weight of a neighbour is its length times exp(-distance / fade_s), up to four times `fade_s` away. The mean of
    logits is how a recording's windows become one answer everywhere else (`ser_core.models.runner.whole_answer`).
    Segments come in order.
    """
    middles, lengths, values = np.array(middles_s), np.array(lengths_s), np.array(logits, dtype=np.float64)
    reach_s = _REACH_FADES * fade_s
    first = np.searchsorted(middles, middles - reach_s)
    last = np.searchsorted(middles, middles + reach_s, side="right")
    result = np.empty_like(values)
    for i, middle in enumerate(middles):
        near = slice(first[i], last[i])
        weights = lengths[near] * np.exp(-np.abs(middles[near] - middle) / fade_s)
        result[i] = weights @ values[near] / weights.sum()
    return result
