"""A hidden Markov model for each emotion: how the sound of a sentence moves from state to state."""

from typing import Any

import numpy as np

from ser_core.arrays import IntArray, RealArray
from ser_core.estimators.registry import estimator
from ser_core.metrics import softmax

_STATES = 4
_ITERATIONS = 20
_LEAST_VARIANCE = 0.1


class HmmClassifier:
    """Left-to-right hidden Markov models with Gaussian states of diagonal covariance, one for each class.

    All classes are equally likely a priori. After fitting it contains only plain arrays, which can be stored.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.transitions: list[RealArray] = []
        self.means: list[RealArray] = []
        self.variances: list[RealArray] = []

    def fit(self, x: RealArray, y: IntArray) -> "HmmClassifier":
        """Fits one model for each class. `x` has shape (clips, steps, values), `y` the classes 0, 1, ... of
        (clips,).
        """
        self.transitions, self.means, self.variances = [], [], []
        for label in range(int(y.max()) + 1):
            own = x[y == label]
            model = self._model(_left_to_right())
            model.fit(own.reshape(-1, own.shape[2]), np.full(len(own), own.shape[1]))
            self.transitions.append(model.transmat_)
            self.means.append(model.means_)
            self.variances.append(np.diagonal(model.covars_, axis1=1, axis2=2).copy())
        return self

    def predict_proba(self, x: RealArray) -> RealArray:
        """Probabilities of the classes, shape (clips, classes)."""
        likelihood = np.empty((len(x), len(self.means)))
        for label, (transitions, means, variances) in enumerate(
            zip(self.transitions, self.means, self.variances, strict=True)
        ):
            model = self._model(transitions)
            model.means_, model.covars_ = means, variances
            likelihood[:, label] = [model.score(clip) for clip in x]
        return softmax(likelihood)

    def _model(self, transitions: RealArray) -> Any:
        from hmmlearn.hmm import GaussianHMM

        # Every clip starts in the first state. Zero transitions stay zero, so no state is visited twice.
        model = GaussianHMM(
            _STATES,
            covariance_type="diag",
            min_covar=_LEAST_VARIANCE,
            n_iter=_ITERATIONS,
            random_state=self.seed,
            params="tmc",
            init_params="mc",
        )
        model.startprob_ = np.eye(_STATES)[0]
        model.transmat_ = transitions
        return model


def _left_to_right() -> RealArray:
    """Each state either stays or moves to the next, with equal initial probability; the last one stays."""
    stay_or_go = 0.5 * np.eye(_STATES) + 0.5 * np.eye(_STATES, k=1)
    stay_or_go[-1, -1] = 1.0
    return stay_or_go


@estimator("hmm", trusted=("ser_core.estimators.hmm.HmmClassifier",), modules=("hmmlearn",))
def build(seed: int) -> Any:
    """A left-to-right hidden Markov model of four states for each class."""
    return HmmClassifier(seed)
