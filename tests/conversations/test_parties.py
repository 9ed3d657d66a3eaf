"""Whether channels are parties."""

import pytest

from ser_core.conversations.parties import required_apart, speak_apart
from ser_core.errors import AudioError
from tests.conversations.voices import a_call, voice, wav


@pytest.mark.parametrize("crosstalk", [0.0, 0.1])
def test_a_call_is_recognised_also_where_each_is_heard_faintly_on_the_other_side(crosstalk):
    assert speak_apart(wav(*a_call(crosstalk=crosstalk)))


def test_stereo_and_mono_are_no_call():
    sound = voice(0, 12)
    assert not speak_apart(wav(sound))
    assert not speak_apart(wav(sound, 0.7 * sound))
    assert not speak_apart(wav(sound, 0 * sound))


def test_parties_that_cannot_be_told_apart_are_refused():
    with pytest.raises(AudioError, match="number of channels is 1; two are needed"):
        required_apart(wav(voice(0, 2)))
