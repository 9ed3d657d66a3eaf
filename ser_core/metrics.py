"""Figures of merit: recalls, confusion, calibration. All on arrays or names, independent of any model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ser_core.arrays import DoubleArray, IntArray, Mask
from ser_core.labels import Emotion

# Three in four answers should be right. The target is two points higher, because on voices that took no part in
# choosing the threshold, a target of 0.75 gave 0.744 (`ravdess-actors`).
_ASKED_ACCURACY = 0.77


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How predictions compare with the acted emotions.

    Attributes:
        labels: the emotions, in the order of rows and columns.
        confusion: counts, shape (labels, labels); rows are acted emotions, columns are predictions.
    """

    labels: tuple[Emotion, ...]
    confusion: IntArray

    @property
    def n(self) -> int:
        """Number of clips."""
        return int(self.confusion.sum())

    @property
    def recall(self) -> dict[Emotion, float]:
        """Share of each emotion's clips that were predicted correctly, for the emotions that occur."""
        acted = self.confusion.sum(axis=1)
        hits = np.diag(self.confusion)
        return {label: float(hits[i] / acted[i]) for i, label in enumerate(self.labels) if acted[i]}

    @property
    def ua(self) -> float:
        """Unweighted average recall: every emotion that occurs counts the same. In [0, 1]."""
        return float(np.mean(list(self.recall.values())))

    @property
    def wa(self) -> float:
        """Weighted accuracy: the plain share of correct predictions. In [0, 1]."""
        return float(np.trace(self.confusion) / self.n)

    @property
    def macro_f1(self) -> float:
        """Mean over the emotions that occur of 2 * hits / (acted + answered). In [0, 1]."""
        acted, answered = self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        occurs = acted > 0
        return float(np.mean(2 * np.diag(self.confusion)[occurs] / (acted + answered)[occurs]))

    def as_dict(self) -> dict[str, Any]:
        """The object that `ser evaluate --json` prints."""
        acted, answered = self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        per_class = {
            label.value: {
                "n": int(acted[i]),
                "recall": round(self.recall[label], 4),
                "precision": round(float(self.confusion[i, i] / answered[i]), 4) if answered[i] else None,
            }
            for i, label in enumerate(self.labels)
            if acted[i]
        }
        return {
            "n": self.n,
            "ua": round(self.ua, 4),
            "wa": round(self.wa, 4),
            "macro_f1": round(self.macro_f1, 4),
            "per_class": per_class,
            "confusion": self.confusion.tolist(),
            "labels": [label.value for label in self.labels],
        }


def evaluate(truth: IntArray, answers: IntArray, labels: Sequence[Emotion]) -> Evaluation:
    """Counts predictions and acted emotions, both as indices into `labels`, shape (clips,).

    Raises ValueError when there is nothing to count.
    """
    if not len(truth) or len(truth) != len(answers):
        raise ValueError(f"Expected as many answers as clips, at least one; got {len(answers)}, {len(truth)}.")
    confusion = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(confusion, (truth, answers), 1)
    return Evaluation(tuple(labels), confusion)


def confidence_figures(probabilities: DoubleArray, truth: IntArray, claimed: Mask) -> dict[str, float | None]:
    """How far the confidences of answers can be trusted, for a card: `claimed` where the model was not unsure."""
    right = probabilities.argmax(axis=1) == truth
    return {
        "calibration_error": round(calibration_error(probabilities, truth), 4),
        "answered": round(float(claimed.mean()), 4),
        "accuracy_of_answered": round(float(right[claimed].mean()), 4) if claimed.any() else None,
    }


def f1_score(precision: float | None, recall: float | None) -> float:
    """Harmonic mean of precision and recall; 0 if an emotion was never predicted, or never correctly."""
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


def softmax(logits: npt.ArrayLike, temperature: float = 1.0) -> DoubleArray:
    """Probabilities along the last axis. A temperature over 1 makes them less certain."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    weights = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


# Of a probability of nothing the logarithm would be minus infinity.
LEAST_PROBABILITY = 1e-7


def log_probabilities(probabilities: npt.ArrayLike) -> DoubleArray:
    """Logits whose softmax gives the probabilities again: their logarithms, of LEAST_PROBABILITY at least."""
    return np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), LEAST_PROBABILITY))


def fit_temperature(logits: npt.ArrayLike, truth: IntArray, weights: Sequence[float] | None = None) -> float:
    """The temperature with the lowest negative log-likelihood (Guo et al. 2017), to 1%, between 0.2 and 10.

    `weights` are the weights of the clips, equal by default.
    """
    candidates = np.geomspace(0.2, 10.0, 400)
    rows = np.arange(len(truth))
    loss = [-np.average(np.log(softmax(logits, t)[rows, truth] + 1e-12), weights=weights) for t in candidates]
    return float(candidates[int(np.argmin(loss))])


def calibration_error(probabilities: DoubleArray, truth: IntArray, n_bins: int = 10) -> float:
    """Expected calibration error: the mean gap between confidence and accuracy over equal-width bins of
    confidence, weighted by their clips (Naeini et al. 2015). In [0, 1].
    """
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == truth
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    gaps = [abs(confidence[bins == b].mean() - correct[bins == b].mean()) * (bins == b).mean() for b in set(bins)]
    return float(sum(gaps))


def choose_threshold(
    probabilities: DoubleArray,
    truth: IntArray,
    weights: Sequence[float] | None = None,
    *,
    accuracy: float = _ASKED_ACCURACY,
    answered: float = 0.6,
) -> float:
    """The confidence below which the answer should be "unsure".

    The lowest threshold at which the share of correct answers is at least `accuracy`; if that would answer fewer than
    the share `answered` of the clips, the highest threshold that still answers that many. `weights` are the weights of
    the clips, equal by default.
    """
    order = np.argsort(-probabilities.max(axis=1), kind="stable")
    confidence = probabilities.max(axis=1)[order]
    correct = (probabilities.argmax(axis=1) == truth)[order]
    weight = np.ones(len(truth)) if weights is None else np.asarray(weights, dtype=np.float64)[order]
    so_far = np.cumsum(weight)
    good = np.flatnonzero(np.cumsum(weight * correct) / so_far >= accuracy)
    # Rounding in the sum must not ask for one clip more.
    enough = int(np.searchsorted(so_far, answered * so_far[-1] - 1e-9))
    last = max(int(good[-1]), enough) if len(good) else enough
    # Halfway to the next clip, so that rounding decides nothing.
    return float((confidence[last] + confidence[last + 1]) / 2) if last + 1 < len(confidence) else 0.0


def choose_pair_margin(
    probabilities: DoubleArray,
    truth: IntArray,
    weights: Sequence[float] | None = None,
    *,
    as_often: float = 2 / 3,
) -> float:
    """The lead in probability of the first emotion over the second below which both should be named.

    At this lead the second is still right `as_often` as the first. In a dead heat both are right equally often; the
    log-odds of the first are assumed to grow in proportion to the lead, with a slope fitted to the clips for which one
    of the two is right. `weights` are the weights of the clips, equal by default. In [0, 1]; 0 if the first is never
    better than the second, or neither is ever right.
    """
    ranked = np.argsort(-probabilities, axis=1, kind="stable")[:, :2]
    lead = -np.diff(np.take_along_axis(probabilities, ranked, axis=1), axis=1)[:, 0]
    is_first, is_second = (ranked == truth[:, None]).T
    either = is_first | is_second
    if not either.any():
        return 0.0
    weight = np.ones(len(truth)) if weights is None else np.asarray(weights, dtype=np.float64)
    toward = lead[either] * np.where(is_first[either], 1.0, -1.0)
    slopes = np.geomspace(0.1, 100.0, 600)
    loss = [np.average(np.logaddexp(0.0, -slope * toward), weights=weight[either]) for slope in slopes]
    best = int(np.argmin(loss))
    return min(1.0, float(-np.log(as_often) / slopes[best])) if best else 0.0
