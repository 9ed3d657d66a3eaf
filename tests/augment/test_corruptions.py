"""What test clips are corrupted by."""

import numpy as np
import pytest

from ser_core.augment import CORRUPTIONS, N_TALKERS
from ser_core.records import Clip

RATE_HZ = 16_000


@pytest.fixture
def clip(rng):
    """A second and a half of a hum that swells and fades, over silence."""
    s = np.arange(int(1.5 * RATE_HZ)) / RATE_HZ
    hum = sum(np.sin(2 * np.pi * 150 * k * s) / k for k in range(1, 30))
    return Clip((0.2 * hum * np.sin(np.pi * s / 1.5)).astype(np.float32), RATE_HZ)


def under(name, clip):
    rng = np.random.default_rng(3)
    others = [rng.standard_normal(RATE_HZ).astype(np.float32) for _ in range(N_TALKERS)]
    return CORRUPTIONS[name](clip, others, rng).samples


def level_db(samples, low_hz, high_hz):
    power = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    return 10 * np.log10(power[(hz >= low_hz) & (hz < high_hz)].sum())


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_changes_the_clip_and_keeps_its_length(name, clip):
    heard = under(name, clip)
    assert heard.dtype == np.float32
    assert not np.array_equal(heard[: len(clip.samples)], clip.samples)
    # an MP3 comes in whole frames of 36 ms, behind a delay
    assert len(heard) == pytest.approx(len(clip.samples), abs=0.15 * RATE_HZ)


@pytest.mark.parametrize("name", ["babble at 10 dB", "noise at 10 dB"])
def test_noise_is_10_db_under_the_voice(name, clip):
    noise = under(name, clip) - clip.samples
    ratio = np.mean(clip.samples**2) / np.mean(noise**2)
    assert 10 * np.log10(ratio) == pytest.approx(10, abs=0.1)


def test_a_telephone_carries_no_bass(clip):
    heard = under("telephone band", clip)
    assert level_db(heard, 100, 200) < level_db(clip.samples, 100, 200) - 30
    assert level_db(heard, 1000, 2000) == pytest.approx(level_db(clip.samples, 1000, 2000), abs=0.1)


def test_a_quiet_recording_has_few_steps_left(clip):
    heard = under("quiet", clip)
    assert 20 * np.log10(np.abs(heard).max()) == pytest.approx(-50, abs=0.1)
    steps = heard * 32768
    np.testing.assert_array_equal(steps, np.round(steps))


def test_a_clipped_recording_is_flat_at_the_top(clip):
    heard = under("clipped", clip)
    assert np.mean(np.abs(heard) > 0.999) > 0.05


def test_mp3_at_32_kbit_s_sounds_about_the_same(clip):
    heard = under("MP3 at 32 kbit/s", clip)
    assert level_db(heard, 100, 2000) == pytest.approx(level_db(clip.samples, 100, 2000), abs=1)
