"""Turning points on constructed courses: where a voice changes and stays changed, and nowhere else."""

import numpy as np
import pytest

from ser_core.conversations.turning_points import changes, turning_points
from ser_core.labels import Emotion
from tests.conversations.voices import answers

NEUTRAL, ANGRY, HAPPY, CALM = Emotion.NEUTRAL, Emotion.ANGRY, Emotion.HAPPY, Emotion.CALM


def at_s(*course: tuple[Emotion, float, float]) -> list[float]:
    return [point.at_s for point in turning_points(answers(*course))]


def test_a_voice_that_stays_the_same_has_none():
    assert at_s((NEUTRAL, 0.9, 300)) == []
    assert turning_points(()) == ()


def test_a_change_that_stays_is_one_and_says_what_was_before_and_after():
    (point,) = turning_points(answers((NEUTRAL, 0.8, 60), (ANGRY, 0.8, 90)))
    assert point.at_s == 60
    assert (point.before[0].start_s, point.before[-1].end_s) == (0, 60)
    assert (point.after[0].start_s, point.after[-1].end_s) == (60, 150)


def test_an_outburst_is_none():
    assert at_s((NEUTRAL, 0.8, 60), (ANGRY, 0.8, 9), (NEUTRAL, 0.8, 60)) == []


def test_each_of_several_changes_is_found():
    assert at_s((NEUTRAL, 0.8, 60), (ANGRY, 0.8, 60), (CALM, 0.8, 30), (HAPPY, 0.9, 60)) == [60, 120, 150]


def test_what_lasts_fifteen_seconds_stays_and_what_lasts_twelve_does_not():
    assert at_s((NEUTRAL, 0.8, 60), (ANGRY, 0.8, 15)) == [60]
    assert at_s((NEUTRAL, 0.8, 60), (ANGRY, 0.8, 12)) == []


def test_a_small_change_is_none():
    # A fifth of the way from the origin to anger, at a distance of 0.78.
    assert at_s((NEUTRAL, 0.95, 60), (ANGRY, 0.3, 3), (NEUTRAL, 0.75, 120)) == []


@pytest.mark.parametrize("seed", range(10))
def test_noise_is_no_turning_point_and_hides_none(seed):
    rng = np.random.default_rng(seed)
    lengths_s = rng.uniform(1, 5, 200)
    noise = rng.normal(0, 0.35, (200, 2))
    # As smoothing leaves it: neighbours are alike.
    noise = np.apply_along_axis(np.convolve, 0, noise, np.ones(3) / 3, mode="same")
    assert changes(noise, lengths_s) == []
    course = noise + np.where(np.arange(200) < 80, 0.0, 0.6)[:, None]
    (at,) = changes(course, lengths_s)
    assert abs(at - 80) <= 4
