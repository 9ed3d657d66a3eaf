"""Columns that are pooled while frames come in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ser_core.figures.pooling import ColumnPool

REDUCE = {"max": np.max, "min": np.min, "mean": np.mean}


def pooled_at_once(frames: np.ndarray, per_column: int, how: str) -> np.ndarray:
    return np.array([REDUCE[how](frames[i : i + per_column], axis=0) for i in range(0, len(frames), per_column)])


@given(
    n_frames=st.integers(1, 200),
    cuts=st.lists(st.integers(0, 200), max_size=8),
    max_columns=st.sampled_from([2, 8, 30]),
    how=st.sampled_from(list(REDUCE)),
)
def test_columns_do_not_depend_on_how_the_frames_came(n_frames, cuts, max_columns, how):
    frames = np.random.default_rng(n_frames).normal(size=(n_frames, 3)).astype(np.float32)
    pool = ColumnPool(3, max_columns=max_columns, how=how)
    for part in np.split(frames, sorted(min(cut, n_frames) for cut in cuts)):
        pool.add(part)
    columns, per_column = pool.columns()

    assert len(columns) <= max_columns
    assert per_column == 1 or len(columns) > max_columns // 2
    assert per_column & (per_column - 1) == 0
    # Sums of up to 200 float32: a few units in the sixth digit. The others only choose.
    np.testing.assert_allclose(
        columns, pooled_at_once(frames, per_column, how), atol=1e-5 if how == "mean" else 0, rtol=0
    )


def test_few_frames_stay_as_they_are():
    frames = np.arange(12, dtype=np.float32).reshape(4, 3)
    pool = ColumnPool(3, max_columns=4, how="max")
    pool.add(frames)
    columns, per_column = pool.columns()
    assert per_column == 1
    np.testing.assert_array_equal(columns, frames)


def test_looking_does_not_change_the_pool():
    pool = ColumnPool(1, max_columns=2, how="max")
    pool.add(np.array([[1], [5], [2]], dtype=np.float32))
    first, _ = pool.columns()
    first[:] = 0
    pool.add(np.array([[9]], dtype=np.float32))
    np.testing.assert_array_equal(pool.columns()[0], [[5], [9]])


@pytest.mark.parametrize("wrong", [0, 7])
def test_columns_that_cannot_be_joined_in_pairs_are_refused(wrong):
    with pytest.raises(ValueError, match="even"):
        ColumnPool(1, max_columns=wrong, how="max")
