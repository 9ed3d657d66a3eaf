"""Functionals of known signals: what they say, and what must not move them."""

import numpy as np
import pytest
from scipy.signal import chirp

from ser_core.features.functionals import functional_names, functionals
from ser_core.features.log_mel import LogMelConfig, power_spectrum
from ser_core.features.model_input import model_input
from ser_core.records import Clip

RATE_HZ = 16_000
CONFIG = LogMelConfig()


def named(samples):
    samples = np.asarray(samples, dtype=np.float32)
    values = functionals(power_spectrum(Clip(samples, RATE_HZ), CONFIG), samples, CONFIG)
    return dict(zip(functional_names(), values.tolist(), strict=True))


def voice(f0_hz, seconds=2.0):
    """A pulse train of ten harmonics that fall by 6 dB an octave; `f0_hz` a number or a contour over the samples."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(f0_hz, int(seconds * RATE_HZ))) / RATE_HZ
    return 0.05 * sum(np.sin(k * phase) / k for k in range(1, 11))


def test_every_value_has_a_name_of_its_own_and_is_finite(rng):
    values = functionals(power_spectrum(Clip(np.zeros(8000, np.float32), RATE_HZ), CONFIG), np.zeros(8000), CONFIG)
    assert len(values) == len(functional_names()) == len(set(functional_names()))
    assert np.isfinite(values).all()
    for n in (1, 300, 4000):
        assert np.isfinite(
            model_input(Clip(rng.standard_normal(n).astype(np.float32), RATE_HZ), CONFIG).functionals
        ).all()


def test_the_level_of_the_recording_does_not_matter(rng):
    # Syllables at 3 Hz over a little noise: in a signal without any change, places and crossings follow rounding.
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * np.arange(2 * RATE_HZ) / RATE_HZ)
    samples = syllables * voice(np.linspace(120, 240, 2 * RATE_HZ)) + 1e-3 * rng.standard_normal(2 * RATE_HZ)
    loud, quiet = named(samples), named(samples * 0.02)
    for name, value in loud.items():
        assert quiet[name] == pytest.approx(value, abs=0.02), name


@pytest.mark.parametrize("f0_hz", [90, 150, 300])
def test_pitch_is_that_of_the_voice(f0_hz):
    # In semitones over 100 Hz; whole samples of the period at 16 kHz are up to 0.5 semitones apart at 300 Hz.
    assert named(voice(f0_hz))["pitch, voiced frames: mean"] == pytest.approx(12 * np.log2(f0_hz / 100), abs=0.5)


def test_a_rising_voice_has_a_positive_slope_of_its_whole_range():
    glide = named(voice(120 * 2 ** np.linspace(0, 1, 2 * RATE_HZ)))
    # 12 semitones from the first to the last frame are a slope of 6 on the scale from -1 to 1.
    assert glide["pitch, voiced frames: slope"] == pytest.approx(6, abs=0.4)
    assert glide["pitch, voiced frames: residual"] < 0.6


def test_voiced_share_and_stretches_follow_the_gaps():
    on, off = voice(150, 0.5), np.zeros(int(0.25 * RATE_HZ))
    values = named(np.concatenate([on, off, on, off, on]))
    assert values["voiced share"] == pytest.approx(0.75, abs=0.06)
    # 50 ms windows reach over each edge.
    assert values["mean gap"] == pytest.approx(0.25, abs=0.06)
    assert values["voiced stretches a second"] == pytest.approx(3 / 2.0, abs=0.1)


def test_noise_has_no_voice_and_a_sweep_moves_its_centroid(rng):
    noise = named(0.1 * rng.standard_normal(2 * RATE_HZ))
    assert noise["voiced share"] < 0.1
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    sweep = named(0.1 * chirp(time_s, 500, 2, 4000))
    assert sweep["centroid, all frames: mean"] == pytest.approx(2.25, abs=0.1)
    assert sweep["centroid, all frames: slope"] == pytest.approx(1.75, abs=0.1)
    # Zero crossings of a sine are two a period: 2 * 2250 / 16000 a sample on average.
    assert sweep["zero crossings, all frames: mean"] == pytest.approx(2 * 2250 / RATE_HZ, abs=0.01)
