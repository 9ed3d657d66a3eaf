import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ser_core.features.windows import windows_along
from ser_core.records import Clip

RATE_HZ = 1000  # the tiling does not depend on it


def counting_blocks(n: int, sizes: list[int]) -> list[Clip]:
    """Samples that are their own place in the recording, in blocks of the given sizes, repeated as needed."""
    samples = np.arange(n, dtype=np.float32)
    cuts, at = [], 0
    while at < n:
        at += sizes[len(cuts) % len(sizes)]
        cuts.append(at)
    return [Clip(part, RATE_HZ) for part in np.split(samples, cuts) if len(part)]


@given(
    n=st.integers(1, 20_000),
    sizes=st.lists(st.integers(1, 7000), min_size=1, max_size=4),
    window_s=st.floats(1.0, 6.0),
)
def test_steps_tile_the_recording_and_windows_hold_the_sound_around_them(n, sizes, window_s):
    steps = list(windows_along(counting_blocks(n, sizes), window_s, 1.0))
    assert steps[0][0] == 0
    assert steps[-1][1] == pytest.approx(n / RATE_HZ)
    for (_, end_s, _), (start_s, _, _) in itertools.pairwise(steps):
        assert end_s == start_s
    for start_s, end_s, window in steps:
        first, last = window.samples[0], window.samples[-1]
        assert np.array_equal(window.samples, np.arange(first, last + 1))
        assert len(window.samples) == min(n, round(window_s * RATE_HZ))
        # The window holds its step, but for a rest at the end that is longer than the window's overhang.
        assert first <= start_s * RATE_HZ
        assert last >= end_s * RATE_HZ - 1.5


@given(sizes=st.lists(st.integers(1, 5000), min_size=1, max_size=4))
def test_how_the_sound_is_cut_into_blocks_changes_nothing(sizes):
    whole = list(windows_along(counting_blocks(9500, [9500]), 3.5, 1.0))
    cut = list(windows_along(counting_blocks(9500, sizes), 3.5, 1.0))
    assert [(a, b) for a, b, _ in cut] == [(a, b) for a, b, _ in whole]
    for (*_, one), (*_, other) in zip(cut, whole, strict=True):
        assert np.array_equal(one.samples, other.samples)
