"""Fitted classical classifiers, stored as skops files, which contain no code."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray
from ser_core.errors import ModelError
from ser_core.models.preparation import Preparation

SKOPS_FILE = "model.skops"

# Our own types in a stored classifier, in addition to those of `ser_core.estimators`.
_OWN_TYPES = frozenset({"ser_core.models.preparation.Preparation"})


@dataclass(frozen=True, eq=False)
class EstimatorModel:
    """A fitted classifier behind its preparation."""

    preparation: Preparation
    classifier: Any

    def predict_proba(self, x: FloatArray) -> DoubleArray:
        """Probabilities of the classes for values of shape (n, *shape); shape (n, classes)."""
        return np.asarray(self.classifier.predict_proba(self.preparation.transform(x)), dtype=np.float64)

    def save(self, folder: Path) -> None:
        """Writes `model.skops`."""
        import skops.io

        skops.io.dump({"preparation": self.preparation, "classifier": self.classifier}, folder / SKOPS_FILE)

    @classmethod
    def loads(cls, content: bytes, path: Path) -> "EstimatorModel":
        """What `model.skops` at `path` holds. Raises ModelError when it holds types that no classifier of ours has."""
        import skops.io

        # Imported here: a model that is no estimator is served without them.
        from ser_core.estimators import trusted_types

        unknown = set(skops.io.get_untrusted_types(data=content))
        if strangers := unknown - trusted_types() - _OWN_TYPES:
            raise ModelError(
                "{path} holds types that no model of this program has: {join}.",
                path=path,
                join=", ".join(sorted(strangers)),
            )
        stored = skops.io.loads(content, trusted=sorted(unknown))
        return cls(stored["preparation"], stored["classifier"])
