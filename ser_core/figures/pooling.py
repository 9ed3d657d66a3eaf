"""Pooling of frames into as many columns as a screen can show, while the frames are still coming in."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
How = Literal["max", "min", "mean"]

_REDUCE: dict[How, Callable[..., FloatArray]] = {"max": np.max, "min": np.min, "mean": np.mean}


class ColumnPool:
    """Pools rows of values, one row a frame, into at most `max_columns` columns of equal length.

    A column covers 1, 2, 4, 8, ... frames: whenever the columns run out, neighbours are joined two by two. So
    the length need not be known beforehand, memory does not grow with it, and the columns are the same however
    the frames were cut into calls of `add`.
    """

    def __init__(self, n_values: int, *, max_columns: int, how: How) -> None:
        if max_columns < 2 or max_columns % 2:
            raise ValueError(f"Columns are joined in pairs, so there must be an even number; got {max_columns}.")
        self._reduce = _REDUCE[how]
        self._columns = np.empty((max_columns, n_values), dtype=np.float32)
        self._n_columns = 0
        self._frames_per_column = 1
        self._waiting = np.empty((0, n_values), dtype=np.float32)

    def add(self, frames: FloatArray) -> None:
        """Takes further frames: float32, shape (frames, n_values)."""
        frames = np.concatenate([self._waiting, frames]) if len(self._waiting) else frames
        taken = 0
        while len(frames) - taken >= self._frames_per_column:
            if self._n_columns == len(self._columns):
                self._join_pairs()
                continue
            room = len(self._columns) - self._n_columns
            n_new = min(room, (len(frames) - taken) // self._frames_per_column)
            end = taken + n_new * self._frames_per_column
            groups = frames[taken:end].reshape(n_new, self._frames_per_column, -1)
            self._columns[self._n_columns : self._n_columns + n_new] = self._reduce(groups, axis=1)
            self._n_columns += n_new
            taken = end
        self._waiting = frames[taken:].copy()

    def columns(self) -> tuple[FloatArray, int]:
        """The columns so far, float32 of shape (columns, n_values), and the frames each covers.

        The last column may cover fewer frames.
        """
        done = self._columns[: self._n_columns]
        if len(self._waiting):
            rest = self._reduce(self._waiting, axis=0)
            done = np.concatenate([done, rest[None]])
        return done.copy(), self._frames_per_column

    def _join_pairs(self) -> None:
        half = len(self._columns) // 2
        self._columns[:half] = self._reduce(self._columns.reshape(half, 2, -1), axis=1)
        self._n_columns = half
        self._frames_per_column *= 2
