"""The course of many answers."""

import numpy as np
import pytest

from ser_core.conversations.smoothing import smoothed


def test_what_is_constant_stays():
    values = smoothed([1, 4, 7], [3, 3, 3], [np.array([2.0, -1.0])] * 3, 5.0)
    assert values == pytest.approx(np.array([[2.0, -1.0]] * 3))


def test_a_single_mishearing_is_outvoted_and_a_lasting_change_stays():
    logits = [np.array([2.0, 0.0])] * 10
    logits[4] = np.array([0.0, 2.5])
    logits += [np.array([0.0, 2.0])] * 10
    values = smoothed(np.arange(20) * 3.0, [3.0] * 20, logits, 5.0)
    assert (values.argmax(axis=1) == [0] * 10 + [1] * 10).all()


def test_neighbours_count_by_length_and_distance():
    # Weights 1 * 1 and 2 * exp(-5 / 5): means by hand.
    values = smoothed([0, 5], [1, 2], [np.array([0.0]), np.array([1.0])], 5.0)
    near = 2 * np.exp(-1)
    assert values[0, 0] == pytest.approx(near / (1 + near))
    # What is further than twenty seconds away has no part.
    assert smoothed([0, 21], [1, 1], [np.array([0.0]), np.array([1.0])], 5.0).ravel().tolist() == [0, 1]
