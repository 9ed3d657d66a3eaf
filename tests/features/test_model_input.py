import numpy as np
import pytest

from ser_core.features.log_mel import LogMelConfig
from ser_core.features.model_input import fit_window, model_input
from ser_core.records import Clip


def test_silence_around_the_speech_goes_and_pauses_within_stay(rng):
    speech = 0.1 * rng.standard_normal(16_000)
    quiet = 1e-5 * rng.standard_normal(16_000)
    samples = np.concatenate([quiet, speech, quiet, speech, quiet]).astype(np.float32)
    heard = model_input(Clip(samples, 16_000), LogMelConfig())
    # From 1 s to 4 s at 80 frames a second; a window of 50 ms reaches 2 frames over each edge.
    assert len(heard.frames) == pytest.approx(240, abs=5)
    assert heard.start_s == pytest.approx(1, abs=0.03)


def test_normalised_by_one_mean_and_deviation_so_level_goes(white_noise):
    config = LogMelConfig()
    frames = model_input(white_noise, config).frames
    assert frames.mean() == pytest.approx(0, abs=1e-4)
    assert frames.std() == pytest.approx(1, abs=1e-2)
    quieter = Clip(white_noise.samples * np.float32(0.03), white_noise.rate_hz)
    np.testing.assert_allclose(model_input(quieter, config).frames, frames, atol=1e-3)
    # Not each band by itself: the bands keep their differences.
    assert np.ptp(frames.mean(axis=0)) > 0.5


def test_a_window_is_cut_from_the_middle_or_filled_with_zeros():
    frames = np.arange(10, dtype=np.float32)[:, None]
    assert fit_window(frames, 4)[:, 0].tolist() == [3, 4, 5, 6]
    assert fit_window(frames, 4, start=6)[:, 0].tolist() == [6, 7, 8, 9]
    assert fit_window(frames, 12)[:, 0].tolist() == [*range(10), 0, 0]


def spoken_s(samples: np.ndarray) -> tuple[float, float]:
    """First and last second of the clip that a model hears."""
    heard = model_input(Clip(samples.astype(np.float32), 16_000), LogMelConfig())
    return heard.start_s, heard.start_s + len(heard.frames) / 80


def test_noise_around_the_speech_goes_too_though_it_is_no_silence(rng):
    speech = np.concatenate([np.zeros(16_000), 0.1 * rng.standard_normal(24_000), np.zeros(16_000)])
    start_s, end_s = spoken_s(speech + 0.02 * rng.standard_normal(len(speech)))
    # 0.1 s are kept on each side, and the level is an average over 0.4 s.
    assert start_s == pytest.approx(0.8, abs=0.15)
    assert end_s == pytest.approx(2.7, abs=0.15)


def test_short_soft_edges_and_a_soft_beginning_of_something_long_stay(rng):
    soft = np.concatenate([0.01 * rng.standard_normal(3_200), 0.1 * rng.standard_normal(16_000)])
    assert spoken_s(soft)[0] == pytest.approx(0, abs=0.03)
    # What is loud comes only after 6 s: it does not say what is background at the beginning.
    long = np.concatenate([0.01 * rng.standard_normal(96_000), 0.1 * rng.standard_normal(16_000)])
    assert spoken_s(long)[0] == pytest.approx(0, abs=0.03)
