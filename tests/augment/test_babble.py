import numpy as np
import pytest

from ser_core.augment import babble_noise

RATE_HZ = 16_000


def power_between(noise, low_hz, high_hz):
    power = np.abs(np.fft.rfft(noise)) ** 2
    hz = np.fft.rfftfreq(len(noise), 1 / RATE_HZ)
    return power[(hz >= low_hz) & (hz < high_hz)].sum() / power.sum()


def test_babble_lies_where_voices_do_and_has_the_power_promised(rng):
    noise = babble_noise(5 * RATE_HZ, 6, RATE_HZ, rng)
    assert noise.dtype == np.float32
    assert np.mean(noise**2) == pytest.approx(1, rel=1e-3)
    assert power_between(noise, 80, 1000) > 0.7
    assert power_between(noise, 0, 60) < 0.05


def test_one_talker_pauses_between_syllables_and_many_fill_the_gaps(rng):
    def share_of_quiet(n_talkers):
        noise = babble_noise(5 * RATE_HZ, n_talkers, RATE_HZ, rng)
        level = np.sqrt(np.mean(noise.reshape(-1, RATE_HZ // 50) ** 2, axis=1))
        return np.mean(level < 0.1)

    assert share_of_quiet(1) > 0.25
    assert share_of_quiet(8) < 0.05
