"""Spectrogram and cepstrum."""

import numpy as np
import pytest

from ser_core.errors import AudioError
from ser_core.features import pictures
from ser_core.figures import describe, mfcc_picture, spectrogram, survey
from ser_core.records import Clip


def in_hz(row: str | float) -> float:
    """Frequency of a row, which on the mel axis is a name such as "440 Hz"."""
    return float(str(row).removesuffix(" Hz"))


@pytest.mark.parametrize("axis", ["linear", "mel", "log"])
def test_a_tone_is_drawn_at_its_time_and_frequency(axis):
    """Half a second of silence, then half a second of 1 kHz."""
    samples = np.zeros(16_000, dtype=np.float32)
    samples[8_000:] = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(8_000) / 16_000)
    figure = spectrogram(Clip(samples, 16_000), axis)
    heat_map = figure.data[0]
    level = np.asarray(heat_map.z)
    assert level.max() == 0
    assert level.min() == -80
    row, _ = np.unravel_index(level.argmax(), level.shape)
    shown_hz = heat_map.y0 + row * heat_map.dy if axis == "linear" else in_hz(heat_map.y[row])
    assert shown_hz == pytest.approx(1000, abs=25)
    sounding = np.flatnonzero(level[row] > -6)
    assert heat_map.x0 + sounding[0] * heat_map.dx == pytest.approx(0.5, abs=0.02)
    assert heat_map.x0 + sounding[-1] * heat_map.dx == pytest.approx(1.0, abs=0.02)


def test_the_mel_axis_has_its_ticks_at_their_frequencies(white_noise):
    figure = spectrogram(white_noise, "mel")
    rows_hz = [in_hz(name) for name in figure.data[0].y]
    axis = figure.layout.yaxis
    assert "1000" in axis.ticktext
    for place, text in zip(axis.tickvals, axis.ticktext, strict=True):
        # The top band ends, and does not lie, at half the sampling rate. Names are rounded to 1 Hz.
        expected_hz = min(float(text), rows_hz[-1])
        assert np.interp(place, range(len(rows_hz)), rows_hz) == pytest.approx(expected_hz, abs=1)


@pytest.mark.parametrize("axis", ["linear", "mel", "log"])
def test_axes_and_colours_are_named_with_units(white_noise, axis):
    layout = spectrogram(white_noise, axis).layout
    assert layout.xaxis.title.text == "Time (s)"
    assert layout.yaxis.title.text == "Frequency (Hz)"
    assert layout.coloraxis.colorbar.title.text == "Level (dB under the loudest)"
    assert (layout.coloraxis.cmin, layout.coloraxis.cmax) == (-80, 0)


def test_it_is_described_by_what_was_measured(sine):
    text = describe(spectrogram(sine))
    # Peak at bin 14 of 15.6 Hz; the energy of a Hann-windowed sine lies within two bins.
    assert text.startswith("Spectrogram, 2.0 s: strongest around 219 Hz, 95 per cent of the energy under 2")
    assert describe(spectrogram(sine, "mel")).startswith("Mel spectrogram, 2.0 s")
    assert "logarithmic" in describe(spectrogram(sine, "log"))


def test_silence_is_drawn_and_called_so(silence):
    assert describe(spectrogram(silence)) == "Spectrogram, 1.0 s: silence."
    assert np.isfinite(mfcc_picture(silence).data[0].z).all()


@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_cepstrum_is_librosas_under_the_pointer_and_standardised_in_colour(white_noise, order):
    heat_map = mfcc_picture(white_noise, order).data[0]
    expected = survey(white_noise).spectra.mfcc  # held against librosa's by its own test
    if order:
        expected = pictures.delta(expected, order=order)
    np.testing.assert_allclose(heat_map.customdata, expected, atol=1e-3)
    assert heat_map.z.shape == (20, 301)
    np.testing.assert_allclose(heat_map.z.mean(axis=1), 0, atol=0.01)
    np.testing.assert_allclose(heat_map.z.std(axis=1), 1, atol=0.01)


def test_the_cepstrum_says_which_order_it_shows(white_noise):
    view = survey(white_noise)
    names = [mfcc_picture(view, order).layout.yaxis.title.text for order in (0, 1, 2)]
    assert names == ["MFCC (number)", "Delta MFCC (number)", "Delta-delta MFCC (number)"]
    assert describe(mfcc_picture(view, 1)).startswith("Delta MFCC 0 to 19 over 3.0 s: ")


def test_the_most_lively_coefficient_is_named():
    """Vowel-like noise that changes between low and high: number 1, the tilt of the spectrum, moves most."""
    rng = np.random.default_rng(1)
    noise = rng.normal(size=32_000)
    low = np.convolve(noise, np.ones(16) / 16, mode="same")
    swaps = (np.arange(32_000) // 4000) % 2 == 0
    samples = np.where(swaps, 3 * low, noise - low) * 0.1
    assert "of the others number 1 varies most" in describe(mfcc_picture(Clip(samples.astype(np.float32), 16_000)))


def test_deltas_of_a_blink_are_refused():
    with pytest.raises(AudioError, match="longer clip"):
        mfcc_picture(Clip(np.ones(100, dtype=np.float32), 16_000), 1)
