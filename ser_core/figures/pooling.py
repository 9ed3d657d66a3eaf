"""Pools frames into as many columns as a screen can show while the frames arrive."""

from typing import Literal

import numpy as np

from ser_core.arrays import FloatArray

How = Literal["max", "min", "mean"]

_UFUNCS = {"max": np.maximum, "min": np.minimum, "mean": np.add}


class ColumnPool:
    """Pools rows of values, one row a frame, into at most `max_columns` columns of equal length.

    A column covers 1, 2, 4, 8, ... frames: whenever the columns run out, neighbours are joined in pairs. So the length
    need not be known in advance, memory does not grow with it, and the columns do not depend on how the frames were
    divided among calls of `add`.
    """

    def __init__(self, n_values: int, *, max_columns: int, how: How) -> None:
        if max_columns < 2 or max_columns % 2:
            raise ValueError(f"Columns are joined in pairs, so there must be an even number; got {max_columns}.")
        self._ufunc = _UFUNCS[how]
        self._is_mean = how == "mean"
        # The columns (as sums, not means), and the number of frames in the one being filled.
        self._columns = np.empty((max_columns, n_values), dtype=np.float32)
        self._n_full = 0
        self._n_in_next = 0
        self._frames_per_column = 1

    def add(self, frames: FloatArray) -> None:
        """Adds frames: float32, shape (frames, n_values)."""
        while len(frames):
            if self._n_full == len(self._columns):
                self._join_pairs()
            room = self._frames_per_column - self._n_in_next
            is_part = self._n_in_next or len(frames) < room
            taken = self._fill_next(frames[:room]) if is_part else self._add_full(frames)
            frames = frames[taken:]

    def columns(self) -> tuple[FloatArray, int]:
        """The columns so far, float32, shape (columns, n_values), and the number of frames that each covers.

        The last column may cover fewer frames.
        """
        done = self._columns[: self._n_full + (self._n_in_next > 0)].copy()
        if self._is_mean:
            done[: self._n_full] /= self._frames_per_column
            done[self._n_full :] /= max(1, self._n_in_next)
        return done, self._frames_per_column

    def _fill_next(self, frames: FloatArray) -> int:
        reduced = self._ufunc.reduce(frames, axis=0)
        column = self._columns[self._n_full]
        column[:] = self._ufunc(column, reduced) if self._n_in_next else reduced
        self._n_in_next += len(frames)
        if self._n_in_next == self._frames_per_column:
            self._n_full, self._n_in_next = self._n_full + 1, 0
        return len(frames)

    def _add_full(self, frames: FloatArray) -> int:
        n_new = min(len(self._columns) - self._n_full, len(frames) // self._frames_per_column)
        taken = n_new * self._frames_per_column
        groups = frames[:taken].reshape(n_new, self._frames_per_column, -1)
        self._ufunc.reduce(groups, axis=1, out=self._columns[self._n_full : self._n_full + n_new])
        self._n_full += n_new
        return taken

    def _join_pairs(self) -> None:
        self._n_full = len(self._columns) // 2
        self._columns[: self._n_full] = self._ufunc(self._columns[0::2], self._columns[1::2])
        self._frames_per_column *= 2
