from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from ser_core.dsp.runs import true_runs


def test_runs_are_half_open_ranges():
    mask = [True, True, False, True, False, False, True]
    assert true_runs(mask) == [(0, 2), (3, 4), (6, 7)]
    assert true_runs([False, False]) == true_runs([]) == []


@given(st.lists(st.booleans(), max_size=40))
def test_runs_are_what_stands_together(mask):
    assert [end - start for start, end in true_runs(mask)] == [len(list(run)) for value, run in groupby(mask) if value]
    assert [i for run in true_runs(mask) for i in range(*run)] == [i for i, value in enumerate(mask) if value]
