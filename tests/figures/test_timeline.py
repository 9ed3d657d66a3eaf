"""Emotion over time, for three windows and for an hour."""

import numpy as np
import pytest

from ser_core.claim import ClaimKind
from ser_core.errors import AudioError
from ser_core.figures import describe, emotion_timeline
from ser_core.figures.timeline import MAX_COLUMNS
from ser_core.labels import STYLES, Emotion
from ser_core.records import Prediction, Segment

KNOWN = (Emotion.CALM, Emotion.HAPPY, Emotion.ANGRY)


def segment(start_s: float, end_s: float, winner: Emotion, share: float = 0.6, unsure: bool = False) -> Segment:
    rest = (1 - share) / (len(KNOWN) - 1)
    scores = {emotion: share if emotion is winner else rest for emotion in KNOWN}
    return Segment(start_s, end_s, Prediction(scores, "crnn", ClaimKind.UNSURE if unsure else ClaimKind.ONE_EMOTION))


def answers(figure):
    """The bars: one a column, with its lane, colour and hover text."""
    return figure.data[-1]


def lane_of(figure, column: int) -> str:
    bars = answers(figure)
    ticks = figure.layout.yaxis
    lanes = {round(value - 0.44): text for value, text in zip(ticks.tickvals, ticks.ticktext, strict=True)}
    return lanes[int(bars.base[column])]


def test_the_answer_stands_in_the_lane_of_its_emotion():
    figure = emotion_timeline([segment(0, 3, Emotion.HAPPY), segment(3, 6, Emotion.ANGRY), segment(6, 8, Emotion.CALM)])
    assert list(figure.layout.yaxis.ticktext) == ["Calm", "Happy", "Angry"]
    assert [lane_of(figure, i) for i in range(3)] == ["Happy", "Angry", "Calm"]
    bars = answers(figure)
    assert list(bars.marker.color) == [STYLES[e].colour for e in (Emotion.HAPPY, Emotion.ANGRY, Emotion.CALM)]
    np.testing.assert_allclose(bars.x - bars.width / 2, [0, 3, 6])
    np.testing.assert_allclose(bars.x + bars.width / 2, [3, 6, 8])
    np.testing.assert_allclose(bars.y, 0.6 * 0.88, rtol=1e-6)
    assert tuple(figure.layout.xaxis.range) == (0, 8)


def test_hovering_tells_when_and_what():
    figure = emotion_timeline([segment(0, 3, Emotion.HAPPY), segment(3, 6, Emotion.ANGRY, unsure=True)])
    sure, unsure = answers(figure).customdata
    assert sure == "0.0 s to 3.0 s<br><b>Happy 60%</b><br>Calm 20%<br>Angry 20%"
    assert unsure.startswith("3.0 s to 6.0 s<br>Unsure; perhaps angry 60%<br>")


def test_hovering_over_a_near_tie_names_both():
    tied = Prediction({Emotion.SAD: 0.1, Emotion.ANGRY: 0.46, Emotion.FEARFUL: 0.44}, "crnn", ClaimKind.NEAR_TIE)
    (told,) = answers(emotion_timeline([Segment(0, 3, tied)])).customdata
    assert told == "0.0 s to 3.0 s<br><b>Angry 46% or fearful 44%</b><br>Sad 10%"


def test_the_outlines_show_every_probability():
    figure = emotion_timeline([segment(0, 3, Emotion.HAPPY), segment(3, 6, Emotion.ANGRY)])
    happy = figure.data[1]
    assert happy.line.color == STYLES[Emotion.HAPPY].colour
    np.testing.assert_allclose(happy.x, [0, 0, 3, 3, 6, 6])
    np.testing.assert_allclose(happy.y, 1 + 0.88 * np.array([0, 0.6, 0.6, 0.2, 0.2, 0]), rtol=1e-6)


def test_unsure_windows_claim_no_emotion_and_have_a_hatched_lane():
    windows = [segment(i, i + 1, Emotion.ANGRY, unsure=i in (1, 2, 4)) for i in range(6)]
    figure = emotion_timeline(windows)
    assert figure.layout.yaxis.ticktext[-1] == "<i>unsure</i>"
    assert [lane_of(figure, i) for i in (0, 1, 4)] == ["Angry", "<i>unsure</i>", "<i>unsure</i>"]
    lane = figure.data[-2]
    assert lane.fillpattern.shape == "/"
    # One box for seconds 1 to 3, one for 4 to 5.
    np.testing.assert_allclose(lane.x[[0, 2, 6, 8]], [1, 3, 4, 5])
    assert answers(figure).marker.color[1] == "rgba(0, 0, 0, 0)"


def test_without_unsure_windows_there_is_no_such_lane():
    assert "unsure" not in str(emotion_timeline([segment(0, 3, Emotion.CALM)]).layout.yaxis.ticktext)


def test_overlapping_windows_meet_in_the_middle_and_gaps_stay_open():
    figure = emotion_timeline(
        [segment(0, 4, Emotion.CALM), segment(2, 6, Emotion.HAPPY), segment(10, 14, Emotion.ANGRY)]
    )
    bars = answers(figure)
    np.testing.assert_allclose(bars.x - bars.width / 2, [0, 3, 10])
    np.testing.assert_allclose(bars.x + bars.width / 2, [3, 6, 14])
    outline = figure.data[0]
    floor_s = outline.x[np.isclose(outline.y, 2)]
    np.testing.assert_allclose(floor_s, [0, 6, 10, 14])


def test_an_hour_is_averaged_to_what_a_screen_can_show():
    windows = [
        segment(0.5 * i, 0.5 * i + 3.5, Emotion.ANGRY if 2400 <= i < 3000 else Emotion.CALM, 0.7) for i in range(7000)
    ]
    figure = emotion_timeline(windows)
    bars = answers(figure)
    assert len(bars.x) == -(-7000 // 6) <= MAX_COLUMNS
    angry = np.asarray(bars.marker.color) == STYLES[Emotion.ANGRY].colour
    assert angry.sum() == 100
    # Milliseconds on a clock axis; the windows' overlaps move the edges by half of 3 s.
    times_s = (bars.x[angry][[0, -1]] - figure.layout.xaxis.range[0]) / 1000
    np.testing.assert_allclose(times_s, [1201.5 + 1.5, 1501.5 - 1.5], atol=1.6)
    assert figure.layout.xaxis.type == "date"
    assert bars.customdata[np.flatnonzero(angry)[50]].startswith("22:")
    assert describe(figure) == (
        "Emotion over 58:23 in 7000 windows: most likely calm 91 per cent of the time, angry 9 per cent."
    )


def test_a_group_is_unsure_when_most_of_it_is():
    windows = [segment(i, i + 1, Emotion.CALM, unsure=i % 4 != 0 and i < 1200) for i in range(2400)]
    bars = answers(emotion_timeline(windows))
    assert len(bars.x) == 1200
    # In groups of two, one of them unsure in the first group of each four, both in the second.
    assert [color == "rgba(0, 0, 0, 0)" for color in bars.marker.color[:4]] == [False, True, False, True]


def test_it_is_described_by_what_was_measured():
    text = describe(
        emotion_timeline(
            [segment(0, 5, Emotion.ANGRY), segment(5, 8, Emotion.CALM), segment(8, 10, Emotion.CALM, unsure=True)]
        )
    )
    assert text == (
        "Emotion over 10.0 s in 3 windows: most likely angry 50 per cent of the time, calm 30 per cent, "
        "unsure 20 per cent."
    )


def test_nothing_heard_is_an_error_with_a_reason():
    with pytest.raises(AudioError, match="no window of the recording"):
        emotion_timeline([])
