import numpy as np
import pytest

from ser_core.prosody.frames import SILENCE_DB, cut_frames
from tests.conftest import RATE_HZ
from tests.prosody.voices import clip_of, silence, times


def test_full_scale_sine_is_minus_3_01_dbfs():
    frames = cut_frames(clip_of(np.sin(2 * np.pi * 1000 * times(0.5))))
    np.testing.assert_allclose(frames.level_db[3:-3], -3.01, atol=0.02)


def test_power_density_of_white_noise_is_its_variance_over_the_band(rng):
    frames = cut_frames(clip_of(rng.normal(0, 0.1, 4 * RATE_HZ)))
    inner = frames.power[:, 5:-5]
    assert inner.mean() == pytest.approx(0.01 / (RATE_HZ / 2), rel=0.03)


def test_silence_has_the_lowest_level():
    frames = cut_frames(clip_of(silence(0.5)))
    np.testing.assert_array_equal(frames.level_db, SILENCE_DB)


def test_onset_is_seen_within_a_frame():
    sound = np.concatenate([silence(0.5), 0.5 * np.sin(2 * np.pi * 500 * times(0.5))])
    frames = cut_frames(clip_of(sound))
    assert frames.times_s[np.argmax(frames.level_db > -20)] == pytest.approx(0.5, abs=0.011)
