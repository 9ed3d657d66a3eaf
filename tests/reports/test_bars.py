"""The bars of a page and of a report: as long as the scores, in their order, and one picture to a screen reader."""

import re

from ser_core.claim import ClaimKind
from ser_core.labels import STYLES, Emotion
from ser_core.records import Prediction
from ser_core.reports.bars import bars, bars_html, scores_aloud

SCORES = {Emotion.SAD: 0.25, Emotion.ANGRY: 0.7, Emotion.CALM: 0.05}


def test_bars_are_as_long_as_the_scores_and_the_claim_is_told_apart() -> None:
    found = bars(Prediction(SCORES, "crnn"))
    assert [(bar.name, bar.width, bar.share, bar.is_claimed) for bar in found] == [
        ("Angry", 70.0, "70%", True),
        ("Sad", 25.0, "25%", False),
        ("Calm", 5.0, "5%", False),
    ]
    assert [bar.colour for bar in found] == [STYLES[e].colour for e in (Emotion.ANGRY, Emotion.SAD, Emotion.CALM)]


def test_they_are_one_picture_with_its_words() -> None:
    drawn = bars_html(Prediction(SCORES, "crnn"))
    assert 'role="img" aria-label="Emotion scores: angry. angry 70 per cent, ' in drawn
    assert re.findall(r"width: ([\d.]+)%", drawn) == ["70.0", "25.0", "5.0"]
    assert drawn.count("ser-claimed") == 2  # the name and the share of the first
    assert "ser-unsure" not in drawn


def test_they_are_hatched_where_nothing_is_claimed() -> None:
    drawn = bars_html(Prediction(SCORES, "crnn", ClaimKind.UNSURE))
    assert 'class="ser-bars ser-unsure"' in drawn
    assert "ser-claimed" not in drawn


def test_every_score_is_told() -> None:
    scores = {Emotion.SAD: 0.03, Emotion.ANGRY: 0.83, Emotion.HAPPY: 0.137, Emotion.CALM: 0.003}
    assert scores_aloud(Prediction(scores, "crnn")) == (
        "Emotion scores: angry. angry 83 per cent, happy 14 per cent, sad 3 per cent, calm under 1 per cent."
    )
    assert scores_aloud(Prediction(scores, "crnn", ClaimKind.UNSURE)).startswith("Emotion scores: unsure. angry 83 per")
    near = Prediction({Emotion.ANGRY: 0.46, Emotion.FEARFUL: 0.44}, "crnn", ClaimKind.NEAR_TIE)
    assert scores_aloud(near).startswith("Emotion scores: angry or fearful. angry 46 per cent")
