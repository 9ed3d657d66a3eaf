import numpy as np
import pytest

from ser_core.augment import coloured_noise, with_noise
from ser_core.records import Clip


@pytest.mark.parametrize("snr_db", [-5, 0, 20])
def test_added_noise_has_the_ratio_asked_for(sine, rng, snr_db):
    noise = rng.standard_normal(7000).astype(np.float32)  # shorter than the clip: repeated
    added = with_noise(sine, noise, snr_db).samples - sine.samples
    measured_db = 10 * np.log10(np.mean(sine.samples**2) / np.mean(added**2))
    assert measured_db == pytest.approx(snr_db, abs=0.01)


def test_silent_noise_changes_nothing(sine):
    assert with_noise(sine, np.zeros(10, dtype=np.float32), 0) is sine


@pytest.mark.parametrize("slope_db", [0, 3, 6])
def test_noise_falls_by_its_slope_an_octave(rng, slope_db):
    noise = coloured_noise(1 << 18, slope_db, rng)
    power = np.abs(np.fft.rfft(noise)) ** 2
    octaves = [10 * np.log10(power[1 << k : 2 << k].mean()) for k in range(8, 17)]
    # Thousands of bins an octave: the mean is good to a fraction of a decibel.
    assert np.diff(octaves).mean() == pytest.approx(-slope_db, abs=0.2)
    assert np.mean(noise**2) == pytest.approx(1, rel=1e-3)


def test_a_clip_stays_a_clip(sine, rng):
    noisy = with_noise(sine, coloured_noise(100, 3, rng), 10)
    assert isinstance(noisy, Clip)
    assert noisy.samples.dtype == np.float32
