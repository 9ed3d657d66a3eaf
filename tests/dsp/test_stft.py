"""The one transform against librosa's, and against signals whose spectrum is known without it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ser_core.dsp.mel import mel_filterbank
from ser_core.dsp.stft import centred_frames, hann, power_to_db, stft_power
from ser_core.records import Clip

# librosa and we transform in float32 in another order of operations: an error of about 1e-7 of the loudest magnitude.
# 80 dB under the loudest cell, where the pictures end, that is 1e-3 of the cell's own magnitude, or 0.01 dB at worst.
# Measured on speech: 0.001 dB, and in mel bands 0.0003 dB.
LEVEL_TOLERANCE_DB = 0.01


def check_levels(librosa, clip: Clip) -> None:
    y, rate_hz = clip.samples, clip.rate_hz
    frame = {"n_fft": 1024, "hop_length": 160}
    power = np.abs(librosa.stft(y, **frame)).T ** 2
    mel = librosa.feature.melspectrogram(y=y, sr=rate_hz, **frame).T

    ours = stft_power(y, **frame)
    assert ours.dtype == np.float32
    assert ours.shape == power.shape == (1 + len(y) // 160, 513)
    np.testing.assert_allclose(power_to_db(ours), librosa.power_to_db(power), atol=LEVEL_TOLERANCE_DB)
    bands = ours @ mel_filterbank(rate_hz, 1024, 128, 0.0, rate_hz / 2).T
    np.testing.assert_allclose(power_to_db(bands), librosa.power_to_db(mel), atol=LEVEL_TOLERANCE_DB)


def test_levels_equal_librosas(librosa, signal):
    check_levels(librosa, signal)


@pytest.mark.corpus
def test_levels_of_speech_equal_librosas(librosa, corpora_dir: Path):
    samples, rate_hz = soundfile.read(corpora_dir / "ravdess/Actor_05/03-01-05-02-02-01-05.flac", dtype="float32")
    check_levels(librosa, Clip(samples, rate_hz))


def test_a_window_shorter_than_the_transform_equals_librosas(librosa, white_noise):
    ours = stft_power(white_noise.samples, n_fft=1024, hop_length=200, win_length=800)
    theirs = np.abs(librosa.stft(white_noise.samples, n_fft=1024, hop_length=200, win_length=800)).T ** 2
    np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("top_db", [None, 80.0, 20.0])
@pytest.mark.parametrize("ref", [1.0, 7.5])
def test_decibels_equal_librosas(librosa, rng, top_db, ref):
    power = rng.exponential(size=(20, 30)).astype(np.float32) ** 8
    power[0] = 0.0
    np.testing.assert_allclose(
        power_to_db(power, ref=ref, top_db=top_db), librosa.power_to_db(power, ref=ref, top_db=top_db), atol=1e-4
    )


def test_a_sine_has_its_peak_where_it_sounds(sine):
    power = stft_power(sine.samples, n_fft=1024, hop_length=160)
    inner = power[10:-10]
    # 220 Hz is 14.08 bins of 15.625 Hz.
    assert set(inner.argmax(axis=1)) == {14}
    # A Hann window has a mean of 1/2, so a sine of amplitude a between bins gives up to (a * n_fft / 4)^2; 0.08 bins
    # off the centre costs 0.04 dB.
    expected_db = 20 * np.log10(0.5 * 1024 / 4)
    np.testing.assert_allclose(power_to_db(inner, top_db=None).max(axis=1), expected_db, atol=0.1)


def test_white_noise_is_flat(white_noise):
    power = stft_power(white_noise.samples, n_fft=1024, hop_length=160)
    bands = power[:, 1:-1].mean(axis=0).reshape(7, 73).mean(axis=1)
    # 3 s hold 47 frames that do not overlap; times 73 bins, a band's mean is known to 2% or 0.08 dB.
    assert np.ptp(10 * np.log10(bands)) < 0.5


def test_silence_has_a_floor(silence):
    np.testing.assert_allclose(power_to_db(stft_power(silence.samples, n_fft=1024, hop_length=160)), -100, atol=1e-4)


def test_a_long_sound_is_transformed_in_batches_that_meet(rng):
    # More than the 512 frames that are transformed at once: frame 512 is the same by itself.
    samples = rng.normal(0, 0.1, 160 * 600).astype(np.float32)
    power = stft_power(samples, n_fft=512, hop_length=160)
    alone = stft_power(samples[160 * 510 : 160 * 514], n_fft=512, hop_length=160)
    np.testing.assert_allclose(power[512], alone[2], rtol=1e-4)


@pytest.mark.parametrize("length", [4, 5])
def test_each_frame_is_centred_on_its_sample(length):
    samples = np.arange(1, 8, dtype=np.float32)
    frames = centred_frames(samples, length)
    assert frames.shape == (8, length)
    assert frames[3, length // 2] == samples[3]
    assert not frames[0, : length // 2].any()
    assert set(centred_frames(samples, length, beyond="edge")[0, : length // 2]) == {1.0}


def test_shifted_windows_add_up_to_a_constant():
    window = hann(400)
    np.testing.assert_allclose(window[:200] + window[200:], 1.0, atol=1e-6)
    np.testing.assert_array_equal(hann(400, 512)[56:456], window)
    with pytest.raises(ValueError, match="read-only"):
        window[0] = 1
