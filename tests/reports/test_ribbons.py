from ser_core.labels import STYLES, Emotion
from ser_core.records import Prediction, Segment
from ser_core.reports.ribbons import WIDTH, ribbon, ticks


def segment(start_s: float, end_s: float, emotion: Emotion) -> Segment:
    return Segment(start_s, end_s, Prediction({emotion: 0.9, Emotion.NEUTRAL: 0.1}, "m"))


def test_neighbours_that_sound_alike_are_one_box_and_those_that_overlap_meet_in_the_middle():
    first, second = ribbon(
        [segment(0, 4, Emotion.SAD), segment(2, 6, Emotion.SAD), segment(4, 10, Emotion.ANGRY)], WIDTH / 10
    )
    assert (first.x, first.width, first.label) == (0, 500, "sad")
    assert (second.x, second.width, second.colours) == (500, 500, (STYLES[Emotion.ANGRY].colour,))
    assert second.said == "0:05 to 0:10: angry (90%)"


def test_ticks_are_round_and_end_inside():
    assert [label for _, label in ticks(65)] == ["0:00", "0:10", "0:20", "0:30", "0:40", "0:50", "1:00"]
    places = [x for x, _ in ticks(0.8, lambda at_s: f"{at_s:.1f}")]
    assert places[0] == 0
    assert places[-1] < WIDTH
    assert len(places) == 8
