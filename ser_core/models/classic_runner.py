"""A classic model, a network or an estimator over the values of a feature set, ready to run."""

from collections.abc import Callable, Iterable

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray
from ser_core.errors import ModelError
from ser_core.features.feature_sets import get_feature_set
from ser_core.metrics import log_probabilities
from ser_core.models.card import ClassicCard
from ser_core.models.runner import Runner, Window
from ser_core.records import Clip

# Values of one clip, float32, shape (1, *feature set) -> probabilities, shape (1, labels).
Probabilities = Callable[[FloatArray], FloatArray | DoubleArray]

# The sentences of the acted corpora, which classic models take whole, last up to about this long. Longer clips are
# split into pieces: means over minutes would be unlike anything in training.
_PIECE_S = 6.0


class ClassicRunner(Runner[FloatArray]):
    """A classic model, a network or an estimator, over the values of a feature set."""

    card: ClassicCard
    window_s = step_s = _PIECE_S

    def __init__(self, card: ClassicCard, probabilities: Probabilities) -> None:
        self.card = card
        self._features = get_feature_set(card.features)
        self._probabilities = probabilities
        if self._features.version != card.features_version:
            raise ModelError(
                "{name} learned from version {features_version} of the features {features}; this program "
                "makes version {version}. Train it anew.",
                name=card.name,
                features_version=card.features_version,
                features=card.features,
                version=self._features.version,
            )
        # Run once before anybody waits for it, so that anything missing or mismatched is found now.
        outputs = probabilities(np.zeros((1, *self._features.shape), dtype=np.float32)).shape
        if outputs != (1, len(card.labels)):
            raise ModelError(
                "{name} gives {outputs}; its card names {labels} emotions.",
                name=card.name,
                outputs=outputs,
                labels=len(card.labels),
            )

    def prepare(self, clip: Clip) -> FloatArray:
        """See `Runner.prepare`."""
        return self._features.extract(clip)

    def run(self, given: FloatArray) -> DoubleArray:
        """See `Runner.run`."""
        return log_probabilities(self._probabilities(given[None]))[0]

    def _windows(self, clip: Clip) -> Iterable[Window[FloatArray]]:
        if clip.duration_s > self.window_s and (pieces := tuple(self.along([clip], self.step_s))):
            return pieces
        return (Window(0.0, clip.duration_s, self.prepare(clip)),)
