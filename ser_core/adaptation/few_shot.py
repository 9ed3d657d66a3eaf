"""A voice that was taught: how a model's answers are to be read for one person, learned from a few of their recordings.

Every voice plays its emotions in its own way: a model that takes a person's happiness for surprise does so again and
again. So a few recordings of which the person says how they were meant are enough to learn what the answers mean for
this voice (`training.taught` measures how much that brings). Only answers are looked at, never the sound.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ser_core.arrays import DoubleArray, IntArray
from ser_core.errors import ModelError
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.card import Card
from ser_core.recognition.recogniser import answer
from ser_core.records import Prediction, Report

# Weights of the squared offset and of the squared distance of the matrix from the identity, against the negative
# log-likelihood of the recordings: with few of them an answer stays near what the model heard. Chosen on three voices
# of nEMO (benchmarks/experiments.md).
_OFFSET_PENALTY = 0.1
_MATRIX_PENALTY = 3.0
# Scores below this say that an emotion was not heard, not how little of it.
_LEAST_SCORE = 1e-6


@dataclass(frozen=True, eq=False)
class TaughtVoice:
    """How to read a model's answers for one voice.

    Attributes:
        model: name of the model.
        n_takes: recordings that it was learned from.
        matrix, offset: what centred log-scores are multiplied by, shape (labels, labels), and what is then added,
            shape (labels,), before the softmax.
    """

    model: str
    n_takes: int
    matrix: DoubleArray
    offset: DoubleArray

    def reread(self, scores: DoubleArray) -> DoubleArray:
        """Probabilities for this voice of a model's probabilities, both of shape (n, labels)."""
        return softmax(log_scores(scores) @ self.matrix.T + self.offset, 1.0)


def teach(takes: Sequence[tuple[Prediction, Emotion]]) -> TaughtVoice:
    """What recordings of one voice teach: what a model heard in each, and the emotion it was meant to carry.

    A softmax regression on the log-scores whose matrix is drawn to the identity and its offset to zero; an emotion that
    was named n times counts √n times, so that whoever names one alone does not hear it everywhere.

    Raises ModelError without a recording, with answers of several models, or for an emotion the model does not know.
    """
    if len(models := {prediction.model for prediction, _ in takes}) != 1:
        raise ModelError(f"A voice is taught to one model, by at least one recording; got {len(models)} models.")
    labels = list(takes[0][0].scores)
    if unknown := {emotion.value for _, emotion in takes} - {label.value for label in labels}:
        raise ModelError(f"The model {models.pop()} does not know {', '.join(sorted(unknown))}.")
    scores = np.array([[prediction.scores[label] for label in labels] for prediction, _ in takes])
    truth = np.array([labels.index(emotion) for _, emotion in takes])
    return TaughtVoice(models.pop(), len(takes), *fit_reading(scores, truth))


def fit_reading(scores: DoubleArray, truth: IntArray) -> tuple[DoubleArray, DoubleArray]:
    """Matrix (labels, labels) and offset (labels,) for the probabilities (takes, labels) of takes whose emotions are
    `truth`, as places in the labels, shape (takes,).
    """
    from scipy.optimize import minimize  # imported here: an app that is taught nothing does without

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


def reread(report: Report, voice: TaughtVoice, card: Card) -> Report:
    """The report as it is to be read for this voice, by the thresholds of the model's card.

    Raises ModelError when another model made it.
    """
    if report.prediction.model != voice.model:
        raise ModelError(f"The voice was taught to {voice.model}; {report.prediction.model} made the report.")

    def anew(prediction: Prediction) -> Prediction:
        scores = np.array([[prediction.scores[label] for label in card.labels]])
        return answer(card, voice.reread(scores)[0])

    timeline = tuple(replace(segment, prediction=anew(segment.prediction)) for segment in report.timeline)
    return replace(report, prediction=anew(report.prediction), timeline=timeline, taught_by=voice.n_takes)
