"""How a recording runs its course: shares of the time, and the moments that are clearest."""

import pytest

from ser_core.claim import ClaimKind
from ser_core.labels import Emotion
from ser_core.recognition.course import clearest_moments, shares
from ser_core.records import Prediction, Segment

ANGRY, SAD, HAPPY = Emotion.ANGRY, Emotion.SAD, Emotion.HAPPY


def course(*heard: tuple[Emotion | None, float]) -> list[Segment]:
    """A second each: an emotion with its probability, or None where the model is unsure."""
    segments = []
    for i, (emotion, confidence) in enumerate(heard):
        scores = {
            each: confidence if each is (emotion or SAD) else (1 - confidence) / 2 for each in (ANGRY, SAD, HAPPY)
        }
        kind = ClaimKind.ONE_EMOTION if emotion else ClaimKind.UNSURE
        segments.append(Segment(float(i), i + 1.0, Prediction(scores, "m", kind)))
    return segments


def test_the_shares_are_of_the_time_and_sum_to_one():
    found = shares(course((ANGRY, 0.9), (SAD, 0.8), (ANGRY, 0.7), (None, 0.4)))
    assert found == ((ANGRY, 0.5), (SAD, 0.25), (None, 0.25))
    assert sum(share for _, share in found) == pytest.approx(1)


def test_the_clearest_of_each_emotion_goes_first_and_of_a_run_only_the_clearest():
    angry = [(ANGRY, 0.9), (ANGRY, 0.99), (ANGRY, 0.95)]
    found = clearest_moments(course(*angry, (SAD, 0.6), *angry, (HAPPY, 0.5), *angry, (None, 0.3)), 12.0, most=3)
    assert [moment.emotion for moment in found] == [ANGRY, SAD, HAPPY]
    assert found[0].confidence == 0.99
    # Three seconds around it, in which it can be heard.
    assert [(moment.start_s, moment.end_s) for moment in found] == [(0.0, 3.0), (2.0, 5.0), (6.0, 9.0)]


def test_a_moment_at_the_edge_lies_inside_the_recording():
    found = clearest_moments(course((SAD, 0.9), (None, 0.3), (None, 0.3), (None, 0.3), (ANGRY, 0.9)), 5.0)
    assert [(moment.start_s, moment.end_s) for moment in found] == [(0.0, 3.0), (2.0, 5.0)]


def test_where_nothing_is_claimed_no_moment_is_clear():
    assert clearest_moments(course((None, 0.4), (None, 0.3)), 2.0) == ()


def test_what_is_left_out_is_no_moment():
    heard = course((SAD, 0.9), (ANGRY, 0.8), (SAD, 0.9), (HAPPY, 0.7))
    assert [moment.emotion for moment in clearest_moments(heard, 4.0, left_out=(SAD,))] == [ANGRY, HAPPY]
