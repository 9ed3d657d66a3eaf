"""Satisfied, neutral or dissatisfied, on constructed courses."""

import pytest

from ser_core.conversations.records import Party
from ser_core.conversations.satisfaction import Satisfaction, satisfaction, weighted_valence
from ser_core.labels import Emotion
from ser_core.recognition.affect import POSITIONS
from tests.conversations.voices import answers

NEUTRAL, ANGRY, HAPPY, SAD = Emotion.NEUTRAL, Emotion.ANGRY, Emotion.HAPPY, Emotion.SAD


def party(*course: tuple[Emotion, float, float]) -> Party:
    return Party("Customer", 0, (), answers(*course))


def said(*course: tuple[Emotion, float, float]) -> Satisfaction | None:
    return satisfaction(party(*course), sum(length_s for _, _, length_s in course))


def test_a_voice_that_sounds_alike_throughout_is_what_it_sounds():
    assert said((HAPPY, 0.9, 60)) is Satisfaction.SATISFIED
    assert said((NEUTRAL, 0.9, 60)) is Satisfaction.NEUTRAL
    assert said((ANGRY, 0.9, 60)) is Satisfaction.DISSATISFIED
    assert said((SAD, 0.9, 60)) is Satisfaction.DISSATISFIED


def test_the_end_weighs_more_than_the_beginning():
    assert said((ANGRY, 0.9, 60), (HAPPY, 0.9, 60)) is Satisfaction.SATISFIED
    # Russell and Mehrabian's happy is further from neutral than their angry.
    assert said((HAPPY, 0.9, 60), (ANGRY, 0.9, 60)) is Satisfaction.NEUTRAL
    assert said((HAPPY, 0.9, 15), (ANGRY, 0.9, 75)) is Satisfaction.DISSATISFIED


def test_energy_weighs_more_than_quiet():
    angry, sad = POSITIONS[ANGRY], POSITIONS[SAD]
    # Each a third of the time, before the last one.
    weights = [(1 + each.arousal) / 2 for each in (angry, sad)]
    expected = (angry.valence * weights[0] + sad.valence * weights[1]) / sum(weights)
    found = weighted_valence(party((ANGRY, 1.0, 30), (SAD, 1.0, 30)), 90)
    assert found == pytest.approx(expected)


def test_half_a_conversation_of_anger_is_no_longer_neutral_and_a_tenth_is():
    assert said((NEUTRAL, 1.0, 45), (ANGRY, 1.0, 90), (NEUTRAL, 1.0, 45)) is Satisfaction.DISSATISFIED
    assert said((NEUTRAL, 1.0, 81), (ANGRY, 1.0, 18), (NEUTRAL, 1.0, 81)) is Satisfaction.NEUTRAL


def test_nothing_is_said_of_who_says_too_little():
    assert said((ANGRY, 1.0, 9)) is None
    assert satisfaction(Party("Customer", 0, (), ()), 60) is None
