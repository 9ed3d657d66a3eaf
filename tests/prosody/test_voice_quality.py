import numpy as np
import pytest

from ser_core.dsp.pitch import track_pitch
from ser_core.prosody.voice_quality import MIN_PERIODS, voice_quality
from tests.conftest import RATE_HZ
from tests.prosody.voices import clip_of, glide, pulses, silence, steady


def quality(samples):
    clip = clip_of(samples)
    return voice_quality(clip, track_pitch(clip))


def alternating(percent, n, base):
    """Neighbours that differ by exactly `percent` of their mean."""
    return base * (1 + percent / 200 * np.where(np.arange(n) % 2, 1, -1))


# Above 2% the most uneven periods are no longer taken for steady voice, and the value reads low.
@pytest.mark.parametrize("percent", [0.5, 1.0, 1.5])
def test_jitter_by_construction(percent, rng):
    # Independent normal periods with deviation s: the mean difference of neighbours is 2 s / sqrt(pi).
    deviation = percent / 100 * np.sqrt(np.pi) / 2
    periods = (1 + deviation * rng.standard_normal(400)) / 130
    true_percent = 100 * np.mean(np.abs(np.diff(periods))) / periods.mean()
    measured = quality(pulses(periods, np.ones(400)))
    assert measured.periods > 200
    assert measured.jitter_percent == pytest.approx(true_percent, rel=0.15, abs=0.1)


@pytest.mark.parametrize("percent", [3.0, 6.0, 12.0])
def test_shimmer_by_construction(percent, rng):
    deviation = percent / 100 * np.sqrt(np.pi) / 2
    amplitudes = 1 + deviation * rng.standard_normal(400)
    true_percent = 100 * np.mean(np.abs(np.diff(amplitudes))) / amplitudes.mean()
    measured = quality(pulses(np.full(400, 1 / 130), amplitudes))
    assert measured.shimmer_percent == pytest.approx(true_percent, rel=0.2, abs=0.3)
    assert measured.jitter_percent < 0.15


def test_perfect_voice_has_next_to_none():
    measured = quality(steady(137.3, 2.0))
    assert measured.jitter_percent < 0.05
    assert measured.shimmer_percent < 0.5
    assert measured.hnr_db > 35


@pytest.mark.parametrize("hnr_db", [5, 10, 20])
def test_harmonics_to_noise_ratio_by_construction(hnr_db, rng):
    sound = steady(150, 3.0)
    noise = np.fft.rfft(rng.standard_normal(len(sound)))
    noise[np.fft.rfftfreq(len(sound), 1 / RATE_HZ) > 3400] = 0
    noise = np.fft.irfft(noise, len(sound))
    noise *= np.sqrt(np.mean(sound**2) / np.mean(noise**2)) / 10 ** (hnr_db / 20)
    # The best of all lags fits the noise a little as well, most where there is most of it.
    assert quality(sound + noise).hnr_db == pytest.approx(hnr_db, abs=1.5)


def test_nothing_without_steady_voice(rng):
    assert quality(silence(1.0)) is None
    assert quality(rng.normal(0, 0.1, RATE_HZ)) is None
    assert quality(steady(100, (MIN_PERIODS - 8) / 100)) is None
    # An octave in 0.2 s is no steady voice.
    assert quality(np.concatenate([glide(100, 200, 0.2), silence(0.1), glide(200, 100, 0.2)])) is None
