import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ser_core.dsp.pitch import track_pitch
from ser_core.prosody.frames import cut_frames
from ser_core.prosody.tilt import tilt_db_per_octave
from tests.prosody.voices import clip_of, silence, steady


def tilt(samples):
    clip = clip_of(samples)
    return tilt_db_per_octave(cut_frames(clip), track_pitch(clip).voiced)


@pytest.mark.parametrize("f0_hz", [90, 130, 200])
@pytest.mark.parametrize("slope", [-3, -6, -12])
def test_known_slope(f0_hz, slope):
    # An octave band holds few harmonics of a high voice, so its level wavers by a decibel or two.
    assert tilt(steady(f0_hz, 1.0, tilt_db_per_octave=slope)) == pytest.approx(slope, abs=1.0)


@settings(max_examples=10)
@given(gain_db=st.floats(-40, 0))
def test_gain_does_not_change_it(gain_db):
    sound = steady(150, 0.5)
    assert tilt(sound * 10 ** (gain_db / 20)) == pytest.approx(tilt(sound), abs=0.01)


def test_none_without_voice():
    assert tilt(silence(1.0)) is None
