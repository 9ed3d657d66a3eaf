"""Valence, arousal and tone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ser_core.labels import Emotion
from ser_core.recognition.affect import POSITIONS, Affect, Tone, affect_of


def test_every_emotion_has_a_position_and_the_tone_that_people_expect() -> None:
    assert set(POSITIONS) == set(Emotion)
    tones = {emotion: POSITIONS[emotion].tone for emotion in Emotion}
    assert tones == {
        Emotion.NEUTRAL: Tone.NEUTRAL,
        Emotion.CALM: Tone.POSITIVE,
        Emotion.HAPPY: Tone.POSITIVE,
        Emotion.SAD: Tone.NEGATIVE,
        Emotion.ANGRY: Tone.NEGATIVE,
        Emotion.FEARFUL: Tone.NEGATIVE,
        Emotion.DISGUST: Tone.NEGATIVE,
        Emotion.SURPRISED: Tone.POSITIVE,
    }


@pytest.mark.parametrize("emotion", Emotion)
def test_a_sure_answer_lies_where_its_emotion_does(emotion: Emotion) -> None:
    assert affect_of({emotion: 1.0}) == POSITIONS[emotion]


def test_what_is_torn_between_pleasant_and_unpleasant_is_neutral() -> None:
    assert affect_of({Emotion.HAPPY: 0.45, Emotion.ANGRY: 0.55}).tone is Tone.NEUTRAL


@given(st.lists(st.floats(0.01, 1.0), min_size=8, max_size=8))
def test_affect_stays_within_the_circumplex(weights: list[float]) -> None:
    scores = {emotion: weight / sum(weights) for emotion, weight in zip(Emotion, weights, strict=True)}
    affect = affect_of(scores)
    assert -1 <= affect.valence <= 1
    assert -1 <= affect.arousal <= 1


def test_the_bounds_of_neutral_count_as_clear() -> None:
    assert Affect(0.2, 0.0).tone is Tone.POSITIVE
    assert Affect(-0.2, 0.0).tone is Tone.NEGATIVE
    assert Affect(0.199, 0.9).tone is Tone.NEUTRAL
