"""Speaking time, overlap and silence."""

import pytest

from ser_core.conversations.records import Conversation, Party
from ser_core.conversations.talk import talk
from ser_core.speech import Stretch


def party(*speech: tuple[float, float]) -> Party:
    return Party("somebody", 0, tuple(Stretch(*each) for each in speech), ())


def test_times_are_counted_across_the_parties():
    heard = Conversation("a.wav", 20.0, "m", (party((1, 5), (9, 10)), party((4, 7), (9.5, 9.75), (15, 20))))
    found = talk(heard)
    assert found.speaking_s == pytest.approx((5, 8.25))
    assert found.overlap_s == pytest.approx(1.25)
    assert found.silence_s == pytest.approx(1 + 2 + 5)
    assert found.longest_silence == Stretch(10, 15)


def test_one_channel_knows_no_overlap():
    found = talk(Conversation("a.wav", 10.0, "m", (party((0, 10)),)))
    assert (found.overlap_s, found.silence_s, found.longest_silence) == (None, 0, None)
