"""What pictures are drawn from: the same for a clip and for its blocks, with nothing loud lost, in little memory."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ser_core.dsp.mel import mel_filterbank
from ser_core.dsp.stft import power_to_db, stft_power
from ser_core.errors import AudioError
from ser_core.features import pictures
from ser_core.figures.views import MAX_COLUMNS, MAX_ENVELOPE_COLUMNS, fold_envelope, fold_spectra, survey
from ser_core.records import Clip

RATE_HZ = 16_000


def clip_of(samples: np.ndarray, rate_hz: int = RATE_HZ) -> Clip:
    return Clip(samples.astype(np.float32), rate_hz)


def blocks(clip: Clip, sizes: list[int]) -> Iterator[Clip]:
    for part in np.split(clip.samples, np.cumsum(sizes)):
        yield Clip(part, clip.rate_hz)


def tone(frequency_hz: float, duration_s: float = 1.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(round(duration_s * rate_hz)) / rate_hz)


def test_a_short_clip_has_librosas_values(white_noise):
    """At one frame a column nothing is pooled in time, so the values are those held against librosa."""
    spectra = fold_spectra(white_noise)
    assert spectra.frames_per_column == 1
    assert spectra.column_s == pytest.approx(0.01)
    assert spectra.times_s[100] == pytest.approx(1.0)
    assert spectra.duration_s == 3.0
    power = stft_power(white_noise.samples, n_fft=1024, hop_length=160).T
    mel = mel_filterbank(RATE_HZ, 1024, 128, 0.0, RATE_HZ / 2) @ power
    np.testing.assert_allclose(spectra.mel, power_to_db(mel, ref=mel.max()), atol=0.51)  # whole dB
    np.testing.assert_allclose(spectra.mfcc, pictures.mfcc_of_mel_db(power_to_db(mel)), atol=1e-3)
    np.testing.assert_allclose(spectra.rms, pictures.rms(white_noise), rtol=1e-5)
    np.testing.assert_allclose(spectra.crossings_per_s, pictures.zero_crossing_rate(white_noise) * RATE_HZ, rtol=1e-5)
    np.testing.assert_allclose(spectra.centroid_hz, pictures.spectral_centroid(white_noise), rtol=1e-4)
    np.testing.assert_allclose(spectra.mean_power, power.mean(axis=1), rtol=1e-4)
    pairs = power_to_db(power[1:].reshape(256, 2, -1).max(axis=1), ref=power[1:].max())
    np.testing.assert_allclose(spectra.linear, pairs, atol=0.51)


@given(sizes=st.lists(st.integers(0, 40_000), max_size=6))
@settings(max_examples=8)
def test_blocks_give_what_the_whole_clip_gives(sizes):
    samples = np.random.default_rng(len(sizes)).normal(scale=0.1, size=14 * RATE_HZ)
    clip = clip_of(samples * np.linspace(0.1, 1, len(samples)))
    whole, folded = survey(clip), survey(blocks(clip, sizes))
    np.testing.assert_array_equal(whole.envelope.lowest, folded.envelope.lowest)
    np.testing.assert_array_equal(whole.envelope.highest, folded.envelope.highest)
    assert whole.spectra.frames_per_column == 2
    for field in fields(whole.spectra):
        one, other = getattr(whole.spectra, field.name), getattr(folded.spectra, field.name)
        # Transforms done in other groups differ in the last digit, which can tip the rounding to whole dB.
        atol = 1 if field.name in {"linear", "mel", "log"} else 1e-3
        np.testing.assert_allclose(one, other, atol=atol, rtol=1e-4, err_msg=field.name)


def test_no_sample_lies_outside_the_outline(rng):
    clip = clip_of(rng.normal(size=100_000))
    outline = fold_envelope(clip)
    assert len(outline.lowest) <= MAX_ENVELOPE_COLUMNS
    columns = np.arange(len(clip.samples)) // round(outline.column_s * RATE_HZ)
    assert np.all(clip.samples >= outline.lowest[columns])
    assert np.all(clip.samples <= outline.highest[columns])
    assert outline.lowest.min() == clip.samples.min()
    assert outline.highest.max() == clip.samples.max()


def test_a_click_in_a_long_recording_is_seen_where_it_is():
    minute = clip_of(np.zeros(60 * RATE_HZ))
    with_click = clip_of(np.zeros(60 * RATE_HZ))
    with_click.samples[20 * RATE_HZ] = -0.7
    view = survey([minute] * 5 + [with_click] + [minute] * 4)
    outline = view.envelope
    at = int(outline.peaks.argmax())
    assert outline.lowest[at] == np.float32(-0.7)
    assert outline.duration_s == 600
    assert abs((at + 0.5) * outline.column_s - 320) <= outline.column_s / 2 + 1e-9
    # A click holds all frequencies: it is the loudest cell of every row of the spectrogram.
    loudest = view.spectra.linear.argmax(axis=1)
    np.testing.assert_allclose(view.spectra.times_s[loudest], 320, atol=view.spectra.column_s)
    assert view.spectra.linear.max(axis=1).min() >= -1


@pytest.mark.parametrize("frequency_hz", [60, 110, 440, 1000, 3000, 7500])
def test_a_tone_lies_at_its_frequency_on_each_axis(frequency_hz):
    spectra = fold_spectra(clip_of(tone(frequency_hz)))
    for level, rows_hz in (
        (spectra.linear, spectra.linear_hz),
        (spectra.mel, spectra.mel_hz),
        (spectra.log, spectra.log_hz),
    ):
        assert len(level) == len(rows_hz)
        strongest = int(level[:, 50].argmax())
        # Within the spacing of the rows, or of the bins of 15.6 Hz where rows are finer than these.
        spacing_hz = max(15.7, float(np.gradient(rows_hz)[strongest]))
        assert abs(float(rows_hz[strongest]) - frequency_hz) <= spacing_hz


def test_other_sampling_rates_keep_time_and_frequency():
    spectra = fold_spectra(clip_of(tone(3000, rate_hz=44_100), 44_100))
    assert spectra.duration_s == pytest.approx(1)
    assert spectra.frame_s == pytest.approx(0.01, rel=1e-3)
    assert abs(float(spectra.linear_hz[spectra.linear[:, 50].argmax()]) - 3000) < 50
    assert spectra.linear_hz[-1] < 22_050


def test_silence_is_the_floor(silence):
    with np.errstate(all="raise"):
        spectra = survey(silence).spectra
    assert set(np.unique(spectra.linear)) == set(np.unique(spectra.mel)) == set(np.unique(spectra.log)) == {-80}
    assert not spectra.rms.any()
    assert not spectra.centroid_hz.any()


@pytest.mark.parametrize("duration_s", [0.001, 0.5, 10.3, 25.0])
def test_there_are_as_many_columns_as_fit_a_screen(duration_s):
    spectra = fold_spectra(clip_of(tone(200, duration_s)))
    n_columns = spectra.linear.shape[1]
    assert n_columns == spectra.mel.shape[1] == spectra.log.shape[1] == spectra.mfcc.shape[1]
    assert n_columns == len(spectra.rms) == len(spectra.crossings_per_s) == len(spectra.times_s)
    assert n_columns <= MAX_COLUMNS
    # The frames reach from the first sample to the last.
    assert spectra.times_s[0] - spectra.column_s / 2 <= 0
    assert spectra.times_s[-1] + spectra.column_s >= duration_s


@pytest.mark.parametrize("fold", [survey, fold_envelope, fold_spectra])
@pytest.mark.parametrize("nothing", [Clip(np.zeros(0, dtype=np.float32), RATE_HZ), []])
def test_nothing_cannot_be_drawn(fold, nothing):
    with pytest.raises(AudioError, match="empty"):
        fold(nothing)


def test_blocks_of_two_rates_are_refused():
    with pytest.raises(AudioError, match="16000 and 8000 Hz"):
        survey([clip_of(tone(200)), clip_of(tone(200), 8000)])


def test_memory_does_not_grow_with_length(white_noise):
    def peak_bytes(n_blocks: int) -> int:
        tracemalloc.start()
        survey(white_noise for _ in range(n_blocks))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    peak_bytes(1)  # what is kept for ever, such as the filter bank
    # Sixteen times as long, and so as many columns, each sixteen times as wide.
    assert peak_bytes(320) < 1.1 * peak_bytes(20)
