"""Offset, hum and rumble are gone; the voice stays as it is."""

import numpy as np
import pytest
from scipy import signal

from ser_core.dsp.conditioning import Conditioner, condition, conditioned
from ser_core.errors import AudioError
from ser_core.records import Clip

RATE_HZ = 16_000
TIME_S = np.arange(4 * RATE_HZ) / RATE_HZ


def clip(samples: np.ndarray) -> Clip:
    return Clip(samples.astype(np.float32), RATE_HZ)


def level_change_db(hz: float) -> float:
    """What becomes of a sine once the filter has settled."""
    sine = clip(0.5 * np.sin(2 * np.pi * hz * TIME_S))
    before, after = (np.std(x.samples[RATE_HZ:]) for x in (sine, condition(sine)))
    return float(20 * np.log10(after / before))


# A Butterworth high-pass of fourth order: -10 log10(1 + (70 / f) ** 8).
@pytest.mark.parametrize("hz", [20.0, 50.0, 60.0, 70.0, 100.0, 200.0])
def test_the_filter_is_the_one_that_models_are_trained_with(hz: float) -> None:
    assert level_change_db(hz) == pytest.approx(-10 * np.log10(1 + (70 / hz) ** 8), abs=0.05)


def test_it_is_exactly_scipys_filter(rng: np.random.Generator) -> None:
    noise = 0.1 * rng.standard_normal(5 * RATE_HZ)
    noise[0] = 0.0  # then the filter starts from rest
    expected = signal.sosfilt(signal.butter(4, 70, "highpass", fs=16000, output="sos"), noise.astype(np.float32))
    np.testing.assert_allclose(condition(clip(noise)).samples, expected, atol=1e-7)


@pytest.mark.parametrize("offset", [-0.05, 0.005, 0.05, 0.3])
def test_an_offset_leaves_nothing_and_does_not_click(offset: float, rng: np.random.Generator) -> None:
    quiet = np.concatenate([np.zeros(1), 0.001 * rng.standard_normal(RATE_HZ)])
    with_offset, without = condition(clip(quiet + offset)).samples, condition(clip(quiet)).samples
    # float32 has seven digits: of an offset of 0.3 the last is 3e-8, which the filter hands on.
    np.testing.assert_allclose(with_offset, without, atol=2e-7)


def test_speech_from_the_telephone_band_up_is_as_it_was() -> None:
    tone = clip(0.3 * np.sin(2 * np.pi * 300 * TIME_S))
    assert level_change_db(300.0) == pytest.approx(0, abs=0.001)
    assert len(condition(tone).samples) == len(tone.samples)


@pytest.mark.parametrize("size", [1, 160, 7001, 16_384, 10**9])
def test_block_by_block_is_the_same_as_in_one(size: int, rng: np.random.Generator) -> None:
    whole = clip(0.1 * rng.standard_normal(2_000 if size == 1 else 60_000) + 0.05)
    blocks = [Clip(whole.samples[i : i + size], RATE_HZ) for i in range(0, len(whole.samples), size)]
    pieces = [block.samples for block in conditioned(blocks)]
    np.testing.assert_allclose(np.concatenate(pieces), condition(whole).samples, atol=1e-8)


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 192_000])
def test_at_other_rates_it_is_the_same_filter(rate_hz: int, rng: np.random.Generator) -> None:
    noise = np.concatenate([[0], 0.1 * rng.standard_normal(rate_hz)]).astype(np.float32)
    expected = signal.sosfilt(signal.butter(4, 70, "highpass", fs=rate_hz, output="sos"), noise)
    np.testing.assert_allclose(condition(Clip(noise, rate_hz)).samples, expected, atol=1e-7)


def test_an_empty_block_changes_nothing_and_an_empty_clip_is_refused(white_noise: Clip) -> None:
    empty = Clip(np.zeros(0, np.float32), RATE_HZ)
    conditioner = Conditioner()
    assert conditioner(empty) is empty
    np.testing.assert_array_equal(conditioner(white_noise).samples, condition(white_noise).samples)
    with pytest.raises(AudioError, match="empty"):
        condition(empty)
