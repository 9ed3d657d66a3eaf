import numpy as np
import pytest

from ser_core.features.logmel import LogMelConfig
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
