import pytest
from hypothesis import given
from hypothesis import strategies as st

from ser_core.claim import NO_SPEECH, Claim, ClaimKind
from ser_core.labels import Emotion
from ser_core.text import answer

LIKELY = ((Emotion.ANGRY, 0.46), (Emotion.FEARFUL, 0.44))
CLAIMS = {kind: Claim(kind, LIKELY) for kind in ClaimKind} | {ClaimKind.NO_SPEECH: NO_SPEECH}


@pytest.mark.parametrize(
    "kind, in_short, announcement",
    [
        (
            ClaimKind.ONE_EMOTION,
            "angry (46%)",
            "Emotion detected: angry. The model is far from sure: 46%.",
        ),
        (
            ClaimKind.NEAR_TIE,
            "angry or fearful (46%, 44%)",
            "Too close to choose: angry or fearful. The two are too close to choose between: "
            "angry (46%) or fearful (44%).",
        ),
        (
            ClaimKind.UNSURE,
            "unsure; most likely angry (46%) or fearful (44%)",
            "Unsure. The model cannot tell. Most likely angry (46%) or fearful (44%).",
        ),
        (
            ClaimKind.NO_SPEECH,
            "no speech, so no emotion is named",
            "No speech was heard in this recording: it sounds like noise or music, so no emotion is named. If somebody "
            "does speak in it, record closer to the voice and with less around it.",
        ),
    ],
)
def test_each_claim_in_words(kind: ClaimKind, in_short: str, announcement: str) -> None:
    assert answer.in_short(CLAIMS[kind]) == in_short
    assert answer.announcement(CLAIMS[kind]) == announcement


@pytest.mark.parametrize(
    "kind, expected",
    [
        (ClaimKind.ONE_EMOTION, (True, "angry", 0.46, False, None)),
        (ClaimKind.NEAR_TIE, (True, "angry", 0.46, False, ["angry", "fearful"])),
        (ClaimKind.UNSURE, (True, "angry", 0.46, True, None)),
        (ClaimKind.NO_SPEECH, (False, None, None, True, None)),
    ],
)
def test_each_claim_as_plain_values(kind: ClaimKind, expected: tuple[object, ...]) -> None:
    names = ("speech", "emotion", "confidence", "unsure", "pair")
    assert answer.values(CLAIMS[kind]) == dict(zip(names, expected, strict=True))


@pytest.mark.parametrize(
    "confidence, words",
    [
        (1.0, "very sure"),
        (0.9, "very sure"),
        (0.899, "fairly sure"),
        (0.5, "not very sure"),
        (0.35, "far from sure"),
        (0.0, "only guessing"),
    ],
)
def test_each_confidence_has_its_words(confidence: float, words: str) -> None:
    assert answer.sureness(confidence) == words


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_confidence_never_sounds_less_sure(one: float, other: float) -> None:
    order = ["only guessing", "far from sure", "not very sure", "fairly sure", "very sure"]
    low, high = sorted((one, other))
    assert order.index(answer.sureness(low)) <= order.index(answer.sureness(high))
