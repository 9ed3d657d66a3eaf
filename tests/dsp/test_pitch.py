import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ser_core.dsp.pitch import HOP_S, track_pitch
from tests.conftest import RATE_HZ
from tests.prosody.voices import add_noise, clip_of, glide, silence, steady


def cents(measured_hz, true_hz):
    return 1200 * np.abs(np.log2(measured_hz / true_hz))


@pytest.mark.parametrize("f0_hz", [62, 80, 110, 165, 220, 330, 440, 500, 590])
def test_steady_voice_is_read_within_five_cents(f0_hz):
    contour = track_pitch(clip_of(steady(f0_hz, 1.0)))
    assert contour.voiced.mean() > 0.95
    # Half the frames at the edges see less than a window; 5 cents is a twentieth of a semitone.
    assert cents(np.nanmedian(contour.f0_hz), f0_hz) < 5
    assert np.nanmax(cents(contour.f0_hz, f0_hz)) < 30


def test_pure_tone_is_not_taken_for_its_octave():
    tone = 0.5 * np.sin(2 * np.pi * 220 * np.arange(RATE_HZ) / RATE_HZ)
    assert np.nanmax(cents(track_pitch(clip_of(tone)).f0_hz, 220)) < 30


def test_glide_is_followed():
    contour = track_pitch(clip_of(glide(110, 220, 2.0)))
    truth = 110 * 2 ** (contour.times_s / 2.0)
    assert np.nanmedian(cents(contour.f0_hz, truth)) < 10


def test_noise_at_15_db_moves_the_pitch_by_less_than_a_tenth_of_a_semitone(rng):
    contour = track_pitch(clip_of(add_noise(glide(150, 300, 2.0), 15, rng)))
    truth = 150 * 2 ** (contour.times_s / 2.0)
    assert contour.voiced.mean() > 0.95
    assert np.nanmedian(cents(contour.f0_hz, truth)) < 10
    assert np.mean(cents(contour.f0_hz[contour.voiced], truth[contour.voiced]) > 100) < 0.01


def test_telephone_without_the_fundamental_keeps_the_octave(rng):
    sound = add_noise(steady(110, 2.0, tilt_db_per_octave=-6.0), 15, rng)
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    spectrum[(hz < 300) | (hz > 3400)] = 0
    contour = track_pitch(clip_of(np.fft.irfft(spectrum, len(sound))))
    assert contour.voiced.mean() > 0.9
    assert cents(np.nanmedian(contour.f0_hz), 110) < 10


def test_noise_and_silence_have_no_pitch(rng):
    assert not track_pitch(clip_of(rng.normal(0, 0.1, RATE_HZ))).voiced.any()
    assert not track_pitch(clip_of(silence(1.0))).voiced.any()
    assert not track_pitch(clip_of(steady(200, 0.01))).voiced.any()


def test_voiced_is_where_the_voice_is():
    contour = track_pitch(clip_of(np.concatenate([silence(0.5), steady(200, 0.5), silence(0.5)])))
    inside = (contour.times_s > 0.52) & (contour.times_s < 0.98)
    outside = (contour.times_s < 0.47) | (contour.times_s > 1.03)
    assert contour.voiced[inside].all()
    assert not contour.voiced[outside].any()
    assert contour.voiced_s == pytest.approx(0.5, abs=0.06)


def test_hop_is_10_ms_and_times_are_the_middles_of_frames():
    contour = track_pitch(clip_of(steady(200, 0.75)))
    assert len(contour.times_s) == 75
    np.testing.assert_allclose(np.diff(contour.times_s), HOP_S)
    assert contour.times_s[0] == pytest.approx(0.005)


def test_longer_than_one_block_has_no_seam():
    contour = track_pitch(clip_of(steady(200, 11.0)))
    assert np.nanmax(cents(contour.f0_hz, 200)) < 30


@settings(max_examples=15)
@given(gain_db=st.floats(-50, 10))
def test_gain_does_not_change_the_pitch(gain_db):
    sound = glide(120, 180, 0.5)
    plain, louder = (track_pitch(clip_of(sound * gain)) for gain in (1.0, 10 ** (gain_db / 20)))
    # float32 rounds the scaled samples: a thousandth of a hertz
    np.testing.assert_allclose(plain.f0_hz, louder.f0_hz, atol=1e-3)
