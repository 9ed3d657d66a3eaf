import pytest

from ser_core.claim import ClaimKind
from ser_core.labels import Emotion
from ser_core.records import Prediction

SCORES = {Emotion.SAD: 0.1, Emotion.ANGRY: 0.46, Emotion.FEARFUL: 0.44}


@pytest.mark.parametrize(
    "kind, claimed",
    [
        (ClaimKind.ONE_EMOTION, (Emotion.ANGRY,)),
        (ClaimKind.NEAR_TIE, (Emotion.ANGRY, Emotion.FEARFUL)),
        (ClaimKind.UNSURE, ()),
    ],
)
def test_what_is_claimed(kind, claimed):
    claim = Prediction(SCORES, "crnn", kind).claim
    assert claim.emotions == claimed
    assert claim.likely == ((Emotion.ANGRY, 0.46), (Emotion.FEARFUL, 0.44))
