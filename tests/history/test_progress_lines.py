from datetime import date, timedelta

import pytest

from ser_core.errors import HistoryError
from ser_core.figures import describe
from ser_core.history import EmotionPoint, ValuePoint
from ser_core.history.progress_lines import emotion_progress, value_progress
from ser_core.labels import STYLES, Emotion
from ser_core.prosody import MEASURES

DAY = date(2026, 3, 1)
NEXT = DAY + timedelta(days=1)


def test_a_line_a_target_in_per_cent() -> None:
    points = [
        EmotionPoint(DAY, Emotion.SAD, takes=4, came_across=1, partly=2, mean_probability=0.5),
        EmotionPoint(DAY, Emotion.ANGRY, takes=1, came_across=1, partly=0, mean_probability=0.9),
        EmotionPoint(NEXT, Emotion.SAD, takes=4, came_across=3, partly=0, mean_probability=0.75),
    ]
    sad, angry = emotion_progress(points).data
    assert (sad.name, list(sad.x), list(sad.y)) == ("Sad", [DAY, NEXT], [25, 75])
    assert (angry.name, list(angry.x), list(angry.y)) == ("Angry", [DAY], [100])
    assert sad.line.color == STYLES[Emotion.SAD].colour
    assert sad.marker.symbol != angry.marker.symbol  # told apart without colours
    assert sad.marker.size[0] > angry.marker.size[0]  # four takes say more than one
    assert list(sad.customdata[0]) == [1, 4, 2]  # what came across in part is told apart, and is not in the line
    assert list(emotion_progress(points, "probability").data[0].y) == [50, 75]
    assert "sad from 25% to 75% over 2 days" in describe(emotion_progress(points))


def test_a_day_without_a_probability_is_left_out() -> None:
    points = [
        EmotionPoint(DAY, Emotion.SAD, takes=1, came_across=0, partly=0, mean_probability=None),
        EmotionPoint(NEXT, Emotion.SAD, takes=1, came_across=0, partly=0, mean_probability=0.5),
    ]
    (line,) = emotion_progress(points, "probability").data
    assert list(line.x) == [NEXT]


def test_a_value_with_the_band_of_its_day() -> None:
    info = MEASURES["pitch_median_hz"]
    points = [
        ValuePoint(DAY, Emotion.SAD, info.name, takes=2, mean=200.0, lowest=180.0, highest=220.0),
        ValuePoint(NEXT, Emotion.SAD, info.name, takes=1, mean=210.0, lowest=210.0, highest=210.0),
    ]
    figure = value_progress(points, info)
    lowest, highest, mean = figure.data
    assert [list(line.y) for line in (lowest, highest, mean)] == [[180, 210], [220, 210], [200, 210]]
    assert highest.fill == "tonexty"
    assert figure.layout.yaxis.title.text == "Pitch (Hz)"
    assert describe(figure) == "Pitch, mean by day: from 200 Hz to 210 Hz over 2 days."


def test_values_below_nought_have_a_minus_sign() -> None:
    info = MEASURES["pause_share"]
    point = ValuePoint(DAY, Emotion.SAD, info.name, takes=1, mean=12.4, lowest=12.4, highest=12.4)
    assert describe(value_progress([point], info)) == "Pauses, mean by day: 12%."
    loudness = ValuePoint(DAY, Emotion.SAD, "loudness_lufs", takes=1, mean=-23.44, lowest=-23.44, highest=-23.44)
    assert describe(value_progress([loudness], MEASURES["loudness_lufs"])) == "Loudness, mean by day: −23.4 LUFS."


def test_few_days_have_no_hours_between_them() -> None:
    point = EmotionPoint(DAY, Emotion.SAD, takes=1, came_across=1, partly=0, mean_probability=0.5)
    axis = emotion_progress([point]).layout.xaxis
    assert axis.dtick == 24 * 3600 * 1000
    assert list(axis.range) == [DAY - timedelta(days=1), DAY + timedelta(days=1)]


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(HistoryError, match="at least one saved practice take"):
        emotion_progress([])
    with pytest.raises(HistoryError, match="at least one saved practice take"):
        value_progress([], MEASURES["pitch_median_hz"])
