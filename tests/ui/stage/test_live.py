from typing import Any

import pytest

from ser_core.claim import ClaimKind
from ser_core.labels import Emotion
from ser_core.recognition.live import LiveAnswer, LiveKind
from ser_core.records import Prediction
from ui.stage.live import in_words


def told(kind: LiveKind, prediction: Prediction | None = None) -> dict[str, Any]:
    return in_words(LiveAnswer(3.0, 4.0, kind, prediction))


def predicted(claimed: ClaimKind) -> Prediction:
    return Prediction({Emotion.SAD: 0.5, Emotion.HAPPY: 0.45, Emotion.CALM: 0.05}, "model", claimed)


@pytest.mark.parametrize(
    "claimed, emotions, face, title",
    [
        (ClaimKind.ONE_EMOTION, ["sad"], "sad", "Sad"),
        (ClaimKind.NEAR_TIE, ["sad", "happy"], "sad", "Sad or happy"),
        (ClaimKind.UNSURE, [], "unsure", "Unsure"),
    ],
)
def test_no_more_is_claimed_live_than_of_a_recording(
    claimed: ClaimKind, emotions: list[str], face: str, title: str
) -> None:
    said = told(LiveKind.ANSWER, predicted(claimed))
    assert (said["emotions"], said["face"], said["title"]) == (emotions, face, title)
    assert (said["start_s"], said["end_s"], said["kind"]) == (3.0, 4.0, "answer")
    assert "50%" in said["detail"]


@pytest.mark.parametrize("kind, face", [(LiveKind.NO_SPEECH, "no_speech"), (LiveKind.TOO_LITTLE, "unsure")])
def test_where_there_is_no_answer_no_emotion_is_named(kind: LiveKind, face: str) -> None:
    said = told(kind)
    assert "emotions" not in said
    assert said["face"] == face
    assert not any(emotion.value in (said["title"] + said["detail"]).lower() for emotion in Emotion)
