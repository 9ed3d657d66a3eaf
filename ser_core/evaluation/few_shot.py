"""What few-shot adaptation brings, measured on the predictions of a protocol's folds."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ser_core.adaptation.few_shot import fit_map, log_scores
from ser_core.arrays import IntArray, Mask
from ser_core.evaluation.fold_predictions import FoldPredictions, joined
from ser_core.metrics import evaluate, fit_temperature, softmax

_TAKES_OF_EACH = (1, 2, 3)
_DRAWS = 5


def measure_few_shot(folds: Sequence[FoldPredictions], *, seed: int = 0) -> list[dict[str, Any]]:
    """UA with and without adaptation to a few named recordings of the tested voice, as plain values.

    For each voice so many clips of each emotion, drawn by chance and five times, are named; the voice's other clips
    are tested, adapted and not. UA is that of all tested clips of all voices. Voices with too few
    clips are left out, and a number of takes for which none is left.
    """
    whole = joined(folds)
    temperature = fit_temperature(whole.logits, whole.truth)
    figures = []
    for of_each in _TAKES_OF_EACH:
        truth, without, learned = [], [], []
        for voice in np.unique(whole.voices):
            mine = np.flatnonzero(whole.voices == voice)
            scores, acted = softmax(whole.logits[mine], temperature), whole.truth[mine]
            for named in _draws(acted, of_each, seed):
                matrix, offset = fit_map(scores[named], acted[named])
                truth.append(acted[~named])
                without.append(scores[~named].argmax(axis=1))
                learned.append((log_scores(scores[~named]) @ matrix.T + offset).argmax(axis=1))
        if truth:
            of_all = np.concatenate(truth)
            figures.append(
                {
                    "of_each": of_each,
                    "n": len(of_all) // _DRAWS,
                    "ua_without": _ua(whole, of_all, np.concatenate(without)),
                    "ua_with": _ua(whole, of_all, np.concatenate(learned)),
                }
            )
    return figures


def _draws(acted: IntArray, of_each: int, seed: int) -> Iterator[Mask]:
    """Which clips of a voice are named; nothing where an emotion has no clip left to test."""
    of_emotion = [np.flatnonzero(acted == emotion) for emotion in np.unique(acted)]
    if min(map(len, of_emotion)) <= of_each:
        return
    rng = np.random.default_rng(seed)
    for _ in range(_DRAWS):
        named = np.zeros(len(acted), dtype=bool)
        named[np.concatenate([rng.permutation(clips)[:of_each] for clips in of_emotion])] = True
        yield named


def _ua(whole: FoldPredictions, truth: IntArray, given: IntArray) -> float:
    return round(evaluate(truth, given, whole.labels).ua, 4)
