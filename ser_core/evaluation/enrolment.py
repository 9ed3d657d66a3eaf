"""What enrolment gains in recognition, measured on the predictions of a protocol's folds."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ser_core.arrays import DoubleArray, IntArray, Mask
from ser_core.evaluation.fold_predictions import FoldPredictions
from ser_core.labels import Emotion
from ser_core.metrics import evaluate

_STRENGTHS = tuple(np.round(np.arange(0.0, 1.51, 0.125), 3).tolist())


def measure_enrolment(folds: Sequence[FoldPredictions]) -> dict[str, Any] | None:
    """UA with and without the tested speaker's own neutral clips, as plain values; None if it cannot be measured.

    Half of each speaker's neutral clips, every other one by name, are the enrolment; the speaker's other clips are
    tested. The difference between the enrolment's mean logits and the usual neutral mean, times a strength, is
    subtracted from the logits. The usual mean and the strength of a fold come from the other folds, so that no fold
    chooses its own; `strength` and `neutral_logits` are those of all folds together, for a served model.
    """
    labels = folds[0].labels
    if len(folds) < 2 or Emotion.NEUTRAL not in labels:
        return None
    neutral = labels.index(Emotion.NEUTRAL)
    enrolled = [_enrolment(fold, neutral) for fold in folds]
    shifts = [_own_means(fold, chosen) for fold, chosen in zip(folds, enrolled, strict=True)]
    usual = [fold.logits[fold.truth == neutral].mean(axis=0) for fold in folds]

    def answers(i: int, strength: float, usual_mean: DoubleArray) -> IntArray:
        shifted = folds[i].logits - strength * (shifts[i] - usual_mean)
        return np.asarray(shifted[~enrolled[i]].argmax(axis=1))

    tested = [fold.truth[~chosen] for fold, chosen in zip(folds, enrolled, strict=True)]

    def ua(truth: Sequence[IntArray], given: Sequence[IntArray]) -> float:
        return evaluate(np.concatenate(truth), np.concatenate(given), labels).ua

    def best(over: Sequence[int]) -> float:
        mean = np.mean([usual[j] for j in over], axis=0)
        return max(_STRENGTHS, key=lambda s: ua([tested[j] for j in over], [answers(j, s, mean) for j in over]))

    everyone = list(range(len(folds)))
    others = [[j for j in everyone if j != i] for i in everyone]
    means = [np.mean([usual[j] for j in rest], axis=0) for rest in others]
    strengths = [best(rest) for rest in others]
    with_it = [answers(i, strengths[i], means[i]) for i in everyone]
    without = [answers(i, 0.0, means[i]) for i in everyone]
    return {
        "n": int(sum(map(len, tested))),
        "ua_without": round(ua(tested, without), 4),
        "ua_with": round(ua(tested, with_it), 4),
        "folds": [
            {"without": round(ua([t], [a]), 4), "with": round(ua([t], [b]), 4), "strength": s}
            for t, a, b, s in zip(tested, without, with_it, strengths, strict=True)
        ],
        "strength": best(everyone),
        "neutral_logits": [round(float(x), 4) for x in np.mean(usual, axis=0)],
    }


def _enrolment(fold: FoldPredictions, neutral: int) -> Mask:
    """Which clips of a fold are used for enrolment: every other neutral one of each voice, by name."""
    chosen = np.zeros(len(fold.truth), dtype=bool)
    for voice in np.unique(fold.voices):
        mine = np.flatnonzero((fold.voices == voice) & (fold.truth == neutral))
        chosen[mine[np.argsort(fold.files[mine])][::2]] = True
    return chosen


def _own_means(fold: FoldPredictions, enrolled: Mask) -> DoubleArray:
    """Mean logits of the speaker's enrolment for each clip, shape (clips, labels)."""
    means = np.zeros_like(fold.logits)
    for voice in np.unique(fold.voices):
        mine = fold.voices == voice
        means[mine] = fold.logits[mine & enrolled].mean(axis=0)
    return means
