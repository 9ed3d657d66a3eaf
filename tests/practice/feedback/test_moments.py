import pytest

from ser_core.practice.feedback.moments import MOMENTS
from ser_core.prosody import measure_prosody
from tests.practice.feedback.takes import spoken
from tests.prosody.voices import clip_of, steady

TAKE = spoken()


@pytest.mark.parametrize("name", MOMENTS)
def test_every_moment_can_be_played(name):
    start_s, end_s = MOMENTS[name](TAKE)
    assert 0 <= start_s < end_s <= TAKE.duration_s


@pytest.mark.parametrize("name", MOMENTS)
def test_a_short_take_is_played_whole_at_most(name):
    short = measure_prosody(clip_of(steady(150, 0.5)))
    start_s, end_s = MOMENTS[name](short)
    assert 0 <= start_s < end_s <= 0.5


# `spoken` is flat, low and soft from 0 to 1.2 s, silent to 1.7 s, then lively, high and loud to 3.1 s.
@pytest.mark.parametrize("name", ["flattest", "lowest", "evenest"])
def test_moments_of_the_first_half(name):
    assert MOMENTS[name](TAKE)[1] <= 1.3


def test_softest_begins_in_the_soft_half():
    assert MOMENTS["softest"](TAKE)[0] <= 0.7


@pytest.mark.parametrize("name", ["liveliest", "highest", "loudest"])
def test_moments_of_the_second_half(name):
    assert MOMENTS[name](TAKE)[0] >= 1.5


def test_pause_and_ending():
    assert MOMENTS["longest_pause"](TAKE) == pytest.approx((0.8, 2.1), abs=0.05)
    assert MOMENTS["ending"](TAKE) == pytest.approx((2.3, 3.1), abs=0.05)
    assert MOMENTS["whole"](TAKE) == pytest.approx((0.0, 3.1), abs=0.05)
