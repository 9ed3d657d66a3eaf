import numpy as np
import pytest

from ser_core.claim import ClaimKind
from ser_core.figures import Curves, curves_together, describe, scores_by_name
from ser_core.labels import Emotion
from ser_core.records import Prediction


def test_answers_stand_in_rows_with_what_is_claimed_in_bold():
    known = Prediction({Emotion.SAD: 0.9, Emotion.HAPPY: 0.1}, "a")
    tie = Prediction({Emotion.SAD: 0.45, Emotion.HAPPY: 0.4, Emotion.CALM: 0.15}, "b", ClaimKind.NEAR_TIE)
    figure = scores_by_name({"<b>one</b>": known, "other": tie})
    (cells,) = figure.data
    assert list(cells.x) == ["Calm", "Happy", "Sad"]
    np.testing.assert_allclose(cells.z, [[np.nan, 10, 90], [15, 40, 45]])
    letters = {(letter.y, letter.x): letter.text for letter in figure.layout.annotations}
    assert letters["&lt;b&gt;one&lt;/b&gt;", "Sad"] == "<b>90</b>"
    assert ("&lt;b&gt;one&lt;/b&gt;", "Calm") not in letters  # a model that does not know it says nothing
    assert letters["other", "Happy"] == "<b>40</b>"
    assert letters["other", "Calm"] == "15"
    assert "other: sad or happy (45%, 40%)" in describe(figure)
    with pytest.raises(ValueError, match="no answer"):
        scores_by_name({})


def curves(name: str, duration_s: float, hz: float) -> Curves:
    times_s = np.arange(0, duration_s, 0.01)
    return Curves(name, duration_s, times_s, np.where(times_s < 1, hz, np.nan), np.full(len(times_s), -20.0))


def test_two_recordings_share_axes_that_hold_both():
    figure = curves_together([curves("A", 2.0, 100.0), curves("B", 5.0, 300.0)])
    assert tuple(figure.layout.xaxis.range) == (0, 5)
    low, high = (10**edge for edge in figure.layout.yaxis2.range)
    assert low < 100 < 300 < high
    dashes = {trace.name: trace.line.dash for trace in figure.data}
    assert dashes == {"A": "solid", "B": "dot"}  # told apart without colours
    assert "A: 2.0 s, pitch around 100 Hz" in describe(figure)


def test_two_silences_can_be_drawn():
    silent = Curves("A", 1.0, np.array([0.5]), np.array([np.nan]), np.array([-90.0]))
    assert "no pitch" in describe(curves_together([silent, silent]))
