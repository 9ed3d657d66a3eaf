"""Shares of time by emotion and voice."""

import pytest

from ser_core.figures import describe, emotion_shares
from ser_core.labels import STYLES, Emotion

VOICES = {
    "Anna": ((Emotion.ANGRY, 0.6), (Emotion.NEUTRAL, 0.4)),
    "<b>Ben</b>": ((None, 0.7), (Emotion.ANGRY, 0.3)),
}


def test_each_emotion_that_is_heard_has_its_part_of_each_bar():
    figure = emotion_shares(VOICES)
    assert [trace.name for trace in figure.data] == ["Neutral", "Angry", "Unclear"]
    # The first voice is on top, which is where Plotly puts the last.
    angry = figure.data[1]
    assert list(angry.x) == pytest.approx([30, 60])
    assert angry.marker.color == STYLES[Emotion.ANGRY].colour
    sums = [sum(trace.x[i] for trace in figure.data) for i in range(2)]
    assert sums == pytest.approx([100, 100])


def test_a_name_is_no_markup_and_what_is_unclear_is_hatched():
    figure = emotion_shares(VOICES)
    assert "<b>" not in figure.data[0].y[0]
    assert figure.data[2].marker.pattern.shape == "/"


def test_it_is_described():
    assert describe(emotion_shares(VOICES)).startswith("Share of time. Anna: angry 60%, neutral 40%; ")
