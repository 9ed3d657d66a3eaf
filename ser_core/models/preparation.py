"""What happens to values before a classifier sees them: standardised, the best ones selected, turned into components.

All of it is one affine map of the last axis, fitted on the training side only.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from ser_core.arrays import FloatArray, IntArray
from ser_core.errors import SerError

# Share of the values that recursive elimination drops a round: one at a time would take a hundred times as long.
_ELIMINATED = 0.1


class Preparation:
    """Standardises values, keeps the `select` best by recursive feature elimination, and takes `pca` components."""

    def __init__(self, pca: int | None, select: int | None, seed: int) -> None:
        self.pca = pca
        self.select = select
        self.seed = seed
        self.matrix = np.empty((0, 0), dtype=np.float32)
        self.offset = np.empty(0, dtype=np.float32)
        self.kept: tuple[int, ...] = ()

    def fit(self, x: FloatArray, y: IntArray) -> "Preparation":
        """Learns from values (n, ..., d) with classes (n,).

        Raises SerError when more values or components are asked for than there are, or when values are to be
        selected from a sequence or an image, where a value is not one feature.
        """
        from sklearn.preprocessing import StandardScaler

        rows = x.reshape(-1, x.shape[-1])
        steps: list[Any] = [StandardScaler().fit(rows)]
        self.kept = tuple(range(rows.shape[1]))
        if self.select is not None:
            steps.append(self._elimination(x, steps[0].transform(rows), y))
            self.kept = tuple(np.flatnonzero(steps[-1].support_).tolist())
        if self.pca is not None:
            steps.append(self._components(_through(steps, rows)))
        # An affine map is known by where it sends zero and the unit vectors.
        self.offset = _through(steps, np.zeros((1, rows.shape[1])))[0].astype(np.float32)
        self.matrix = (_through(steps, np.eye(rows.shape[1])) - self.offset).astype(np.float32)
        return self

    def transform(self, x: FloatArray) -> FloatArray:
        """Values (n, ..., d) as the classifier sees them, float32, shape (n, ..., d')."""
        return (x @ self.matrix + self.offset).astype(np.float32)

    def _elimination(self, x: FloatArray, rows: FloatArray, y: IntArray) -> Any:
        from sklearn.feature_selection import RFE
        from sklearn.linear_model import LogisticRegression

        if x.ndim != 2:
            raise SerError("Values can be selected from a vector only; this recipe takes a sequence or an image.")
        if not self.select or self.select > rows.shape[1]:
            raise SerError("{select} of {shape} values cannot be selected.", select=self.select, shape=rows.shape[1])
        judge = LogisticRegression(max_iter=200, random_state=self.seed)
        return RFE(judge, n_features_to_select=self.select, step=_ELIMINATED).fit(rows, y)

    def _components(self, rows: FloatArray) -> Any:
        from sklearn.decomposition import PCA

        if not self.pca or self.pca > min(rows.shape):
            raise SerError(
                "{pca} components cannot be had from {shape} rows of {shape2} values.",
                pca=self.pca,
                shape=rows.shape[0],
                shape2=rows.shape[1],
            )
        return PCA(self.pca, random_state=self.seed).fit(rows)


def _through(steps: list[Any], rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    for step in steps:
        rows = step.transform(rows)
    return rows
