"""A mixture of Gaussians for each emotion: the one under which a clip is most likely wins."""

from typing import Any

import numpy as np

from ser_core.arrays import IntArray, RealArray
from ser_core.estimators.registry import estimator
from ser_core.metrics import softmax

_COMPONENTS = 3
# Added to every variance, so that a component does not shrink to a handful of clips.
_LEAST_VARIANCE = 0.1


class GmmClassifier:
    """Gaussian mixtures with diagonal covariances, one for each class; all classes are equally likely a priori."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.mixtures: list[Any] = []

    def fit(self, x: RealArray, y: IntArray) -> "GmmClassifier":
        """Fits one mixture for each class. `x` has shape (clips, values), `y` the classes 0, 1, ... of (clips,)."""
        from sklearn.mixture import GaussianMixture

        self.mixtures = []
        for label in range(int(y.max()) + 1):
            own = x[y == label]
            mixture = GaussianMixture(
                min(_COMPONENTS, len(own)), covariance_type="diag", reg_covar=_LEAST_VARIANCE, random_state=self.seed
            )
            self.mixtures.append(mixture.fit(own))
        return self

    def predict_proba(self, x: RealArray) -> RealArray:
        """Probabilities of the classes, shape (clips, classes)."""
        return softmax(np.stack([mixture.score_samples(x) for mixture in self.mixtures], axis=1))


@estimator("gmm", trusted=("ser_core.estimators.gmm.GmmClassifier",))
def build(seed: int) -> Any:
    """A Gaussian mixture of three components for each class."""
    return GmmClassifier(seed)
