"""Few-shot adaptation: a model's predictions, adapted to one speaker by a few of their recordings.

Every speaker expresses emotions in their own way: a model that takes a person's happiness for surprise does so again
and again. So a few recordings labelled with their emotion are enough to map the scores for this voice. The map is
affine in the log-scores and regularised towards the identity: regularised Dirichlet calibration (Kull et al. 2019,
"Beyond temperature scaling", arXiv 1910.12656). It uses only scores, never the sound. `evaluation.few_shot` measures
the gain.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ser_core.arrays import DoubleArray, IntArray
from ser_core.errors import ModelError
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.card import Card
from ser_core.records import Prediction, Report

# Weights of the squared offset and of the squared distance of the matrix from the identity, against the negative
# log-likelihood of the recordings: with few of them a score stays near the model's own. Chosen on three voices
# of nEMO (benchmarks/experiments.md).
_OFFSET_PENALTY = 0.1
_MATRIX_PENALTY = 3.0
# Scores below this mean that an emotion was not heard; how small they are does not matter.
_LEAST_SCORE = 1e-6


@dataclass(frozen=True, eq=False)
class Adaptation:
    """How a model's scores are mapped for one speaker.

    Attributes:
        model: name of the model.
        n_recordings: number of recordings to which it was fitted.
        matrix, offset: factor of the centred log-scores, shape (labels, labels), and the vector added to them, shape
            (labels,), before the softmax.
    """

    model: str
    n_recordings: int
    matrix: DoubleArray
    offset: DoubleArray

    def apply(self, scores: DoubleArray) -> DoubleArray:
        """Maps a model's probabilities to those for this speaker, both of shape (n, labels)."""
        return softmax(log_scores(scores) @ self.matrix.T + self.offset, 1.0)


def adapt(named: Sequence[tuple[Prediction, Emotion]]) -> Adaptation:
    """The map for one speaker, from predictions for their recordings and the emotions that these were meant to carry.

    A softmax regression on the log-scores. An emotion that was labelled n times counts √n times, so that labelling only
    one emotion does not produce it everywhere.

    Raises ModelError without a recording, with predictions of several models, or for an emotion the model does not
    know.
    """
    if len(models := {prediction.model for prediction, _ in named}) != 1:
        raise ModelError(
            "A speaker is adapted to by one model and at least one recording; got {models} models.", models=len(models)
        )
    labels = list(named[0][0].scores)
    if unknown := {emotion.value for _, emotion in named} - {label.value for label in labels}:
        raise ModelError(
            "The model {model} does not know {emotions}.", model=models.pop(), emotions=", ".join(sorted(unknown))
        )
    scores = np.array([[prediction.scores[label] for label in labels] for prediction, _ in named])
    truth = np.array([labels.index(emotion) for _, emotion in named])
    return Adaptation(models.pop(), len(named), *fit_map(scores, truth))


def fit_map(scores: DoubleArray, truth: IntArray) -> tuple[DoubleArray, DoubleArray]:
    """Matrix (labels, labels) and offset (labels,) for the probabilities (n, labels) of recordings whose emotions
    are `truth`, as places in the labels, shape (n,).
    """
    from scipy.optimize import minimize  # imported here, because it is needed only for adaptation

    x = log_scores(scores)
    n = x.shape[1]
    hot = np.eye(n)[truth]
    weight = 1 / np.sqrt(np.bincount(truth)[truth])

    def loss(parameters: DoubleArray) -> tuple[float, DoubleArray]:
        change, offset = parameters[: n * n].reshape(n, n), parameters[n * n :]
        p = softmax(x @ (np.eye(n) + change).T + offset, 1.0)
        likelihood = weight @ np.log(np.maximum(p[np.arange(len(truth)), truth], 1e-300))
        penalty = _MATRIX_PENALTY * np.square(change).sum() + _OFFSET_PENALTY * np.square(offset).sum()
        wrong = (p - hot) * weight[:, None]
        by_matrix = wrong.T @ x + 2 * _MATRIX_PENALTY * change
        by_offset = wrong.sum(axis=0) + 2 * _OFFSET_PENALTY * offset
        return float(penalty - likelihood), np.concatenate([by_matrix.ravel(), by_offset])

    best = minimize(loss, np.zeros(n * n + n), jac=True, method="L-BFGS-B").x
    return np.eye(n) + best[: n * n].reshape(n, n), best[n * n :]


def log_scores(scores: DoubleArray) -> DoubleArray:
    """Logarithms of probabilities (n, labels), less their mean over the labels."""
    logs = np.log(np.maximum(scores, _LEAST_SCORE))
    return logs - logs.mean(axis=1, keepdims=True)


def adapted(report: Report, adaptation: Adaptation, card: Card) -> Report:
    """The report for this speaker, by the thresholds of the model's card.

    Raises ModelError when another model made it.
    """
    if report.prediction.model != adaptation.model:
        raise ModelError(
            "The adaptation is of {model}; {model2} made the report.",
            model=adaptation.model,
            model2=report.prediction.model,
        )

    def anew(prediction: Prediction) -> Prediction:
        scores = np.array([[prediction.scores[label] for label in card.labels]])
        return card.prediction(adaptation.apply(scores)[0])

    timeline = tuple(replace(segment, prediction=anew(segment.prediction)) for segment in report.timeline)
    return replace(report, prediction=anew(report.prediction), timeline=timeline, adapted_by=adaptation.n_recordings)
