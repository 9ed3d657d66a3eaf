import pytest

from ser_core.labels import Emotion
from ser_core.records import Prediction

SCORES = {Emotion.SAD: 0.1, Emotion.ANGRY: 0.46, Emotion.FEARFUL: 0.44}


@pytest.mark.parametrize(
    "unsure, near_tie, claimed",
    [
        (False, False, (Emotion.ANGRY,)),
        (False, True, (Emotion.ANGRY, Emotion.FEARFUL)),
        (True, True, (Emotion.ANGRY, Emotion.FEARFUL)),
        (True, False, ()),
    ],
)
def test_what_is_claimed(unsure, near_tie, claimed):
    assert Prediction(SCORES, "crnn", unsure, near_tie).claimed == claimed
