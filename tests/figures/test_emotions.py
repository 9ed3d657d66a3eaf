"""The bars of all emotions."""

import pytest

from ser_core.claim import ClaimKind
from ser_core.figures import describe, emotion_bars
from ser_core.figures.emotions import per_cent
from ser_core.labels import STYLES, Emotion
from ser_core.records import Prediction

SCORES = {Emotion.SAD: 0.03, Emotion.ANGRY: 0.83, Emotion.HAPPY: 0.137, Emotion.CALM: 0.003}


def test_all_known_emotions_are_there_the_most_probable_on_top():
    bars = emotion_bars(Prediction(SCORES, "crnn")).data[0]
    assert list(bars.y) == ["Calm", "Sad", "Happy", "Angry"]  # Plotly draws from the bottom
    assert list(bars.x) == pytest.approx([0.3, 3, 13.7, 83])
    assert list(bars.marker.color) == [
        STYLES[emotion].colour for emotion in (Emotion.CALM, Emotion.SAD, Emotion.HAPPY, Emotion.ANGRY)
    ]
    assert list(bars.text) == ["&lt;1%", "3%", "14%", "<b>83%</b>"]


def test_only_the_answer_is_bold():
    figure = emotion_bars(Prediction(SCORES, "crnn"))
    assert list(figure.layout.yaxis.ticktext) == ["Calm", "Sad", "Happy", "<b>Angry</b>"]
    assert figure.data[0].marker.pattern.shape == ""
    assert not figure.layout.annotations


def test_both_of_a_near_tie_are_bold_and_named():
    figure = emotion_bars(
        Prediction({Emotion.SAD: 0.1, Emotion.ANGRY: 0.46, Emotion.FEARFUL: 0.44}, "crnn", ClaimKind.NEAR_TIE)
    )
    assert list(figure.layout.yaxis.ticktext) == ["Sad", "<b>Fearful</b>", "<b>Angry</b>"]
    assert figure.layout.annotations[0].text == "Angry or fearful: too close to choose"
    assert describe(figure).startswith("Emotion scores: angry or fearful. angry 46 per cent")


def test_unsure_is_seen_without_colours():
    figure = emotion_bars(Prediction(SCORES, "crnn", ClaimKind.UNSURE))
    assert figure.data[0].marker.pattern.shape == "/"
    assert figure.layout.annotations[0].text == "Unsure: no clear emotion"
    assert not any("<b>" in text for text in (*figure.layout.yaxis.ticktext, *figure.data[0].text))


def test_the_scale_is_the_same_for_every_answer():
    weak = emotion_bars(Prediction({Emotion.SAD: 0.2, Emotion.CALM: 0.1}, "crnn"))
    strong = emotion_bars(Prediction(SCORES, "crnn"))
    assert weak.layout.xaxis.range == strong.layout.xaxis.range
    assert weak.layout.height < strong.layout.height


def test_it_is_described_with_every_score():
    assert describe(emotion_bars(Prediction(SCORES, "crnn"))) == (
        "Emotion scores: angry. angry 83 per cent, happy 14 per cent, sad 3 per cent, calm under 1 per cent."
    )
    unsure = describe(emotion_bars(Prediction(SCORES, "crnn", ClaimKind.UNSURE)))
    assert unsure.startswith("Emotion scores: unsure. angry 83 per cent")


@pytest.mark.parametrize(
    "share, text", [(0, "0%"), (0.0099, "<1%"), (0.01, "1%"), (0.99, "99%"), (0.995, ">99%"), (1, "100%")]
)
def test_small_is_not_nothing(share, text):
    assert per_cent(share) == text
