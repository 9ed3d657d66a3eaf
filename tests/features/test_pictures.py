"""The features of the pictures against librosa, and against signals whose answer is known without it."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ser_core.errors import AudioError
from ser_core.features.pictures import (
    delta,
    mel_spectrogram,
    mfcc,
    power_spectrogram,
    power_to_db,
    rms,
    spectral_centroid,
    zero_crossing_rate,
)
from ser_core.records import Clip

# librosa and we transform in float32 in another order of operations: an error of about 1e-7 of the loudest magnitude.
# 80 dB under the loudest cell, where the pictures end, that is 1e-3 of the cell's own magnitude, or 0.01 dB at worst.
# Measured on speech: 0.001 dB, in mel bands 0.0003 dB, and 0.0001 in the cepstrum.
LEVEL_TOLERANCE_DB = 0.01
MFCC_TOLERANCE = 0.002


@pytest.fixture(scope="module")
def librosa():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import librosa
        import librosa.feature  # loaded lazily otherwise
    return librosa


@pytest.fixture(params=["sine", "white_noise", "silence", "clicks", "sweep"])
def signal(request, rng):
    time_s = np.arange(24_000) / 16_000
    if request.param == "clicks":
        samples = np.zeros(24_000, dtype=np.float32)
        samples[rng.integers(0, 24_000, 20)] = 0.9
        return Clip(samples, 16_000)
    if request.param == "sweep":
        phase = 2 * np.pi * (50 * time_s + 2500 * time_s**2)
        return Clip((0.8 * np.sin(phase)).astype(np.float32), 16_000)
    return request.getfixturevalue(request.param)


def check_all(librosa, clip: Clip) -> None:
    y, rate_hz = clip.samples, clip.rate_hz
    frame = {"n_fft": 1024, "hop_length": 160}
    power = np.abs(librosa.stft(y, **frame)) ** 2
    mel = librosa.feature.melspectrogram(y=y, sr=rate_hz, **frame)

    ours = power_spectrogram(clip)
    assert ours.dtype == np.float32
    assert ours.shape == power.shape == (513, 1 + len(y) // 160)
    np.testing.assert_allclose(power_to_db(ours), librosa.power_to_db(power), atol=LEVEL_TOLERANCE_DB)
    np.testing.assert_allclose(power_to_db(mel_spectrogram(clip)), librosa.power_to_db(mel), atol=LEVEL_TOLERANCE_DB)
    cepstrum = librosa.feature.mfcc(y=y, sr=rate_hz, **frame)
    np.testing.assert_allclose(mfcc(clip), cepstrum, atol=MFCC_TOLERANCE)
    for order in (1, 2):
        np.testing.assert_allclose(
            delta(cepstrum, order=order), librosa.feature.delta(cepstrum, order=order), atol=1e-3
        )
    curves = {"frame_length": 1024, "hop_length": 160}
    np.testing.assert_allclose(rms(clip), librosa.feature.rms(y=y, **curves)[0], atol=1e-6)
    np.testing.assert_allclose(zero_crossing_rate(clip), librosa.feature.zero_crossing_rate(y, **curves)[0], atol=1e-6)
    # In frames of near silence the centroid is that of rounding errors, which differ.
    loud = rms(clip) > 1e-4
    np.testing.assert_allclose(
        spectral_centroid(clip)[loud],
        librosa.feature.spectral_centroid(y=y, sr=rate_hz, **frame)[0][loud],
        atol=0.5,
    )


def test_features_equal_librosas(librosa, signal):
    check_all(librosa, signal)


@pytest.mark.corpus
def test_features_of_speech_equal_librosas(librosa, corpora_dir: Path):
    samples, rate_hz = soundfile.read(corpora_dir / "ravdess/Actor_05/03-01-05-02-02-01-05.flac", dtype="float32")
    check_all(librosa, Clip(samples, rate_hz))


@pytest.mark.parametrize("top_db", [None, 80.0, 20.0])
@pytest.mark.parametrize("ref", [1.0, 7.5])
def test_decibels_equal_librosas(librosa, rng, top_db, ref):
    power = rng.exponential(size=(20, 30)).astype(np.float32) ** 8
    power[0] = 0.0
    np.testing.assert_allclose(
        power_to_db(power, ref=ref, top_db=top_db), librosa.power_to_db(power, ref=ref, top_db=top_db), atol=1e-4
    )


def test_other_frame_sizes_equal_librosas(librosa, white_noise):
    clip = Clip(white_noise.samples[:20_000], 22_050)
    ours = mfcc(clip, n_mfcc=13, n_fft=2048, hop_length=512, n_mels=40)
    theirs = librosa.feature.mfcc(y=clip.samples, sr=22_050, n_mfcc=13, n_fft=2048, hop_length=512, n_mels=40)
    np.testing.assert_allclose(ours, theirs, atol=MFCC_TOLERANCE)


def test_a_sine_has_its_peak_where_it_sounds(sine):
    power = power_spectrogram(sine)
    inner = power[:, 10:-10]
    # 220 Hz is 14.08 bins of 15.625 Hz.
    assert set(inner.argmax(axis=0)) == {14}
    # A Hann window has a mean of 1/2, so a sine of amplitude a between bins gives up to (a * n_fft / 4)^2; 0.08 bins
    # off the centre costs 0.04 dB.
    expected_db = 20 * np.log10(0.5 * 1024 / 4)
    np.testing.assert_allclose(power_to_db(inner, top_db=None).max(axis=0), expected_db, atol=0.1)


def test_a_sine_has_its_centroid_where_it_sounds(sine):
    # The side lobes reach further up than down: the centroid of magnitudes lies a little above.
    centroid_hz = spectral_centroid(sine)[10:-10]
    assert np.all(np.abs(centroid_hz - 220) < 15)


def test_a_sine_has_its_level_and_its_zero_crossings(sine):
    level_db = 20 * np.log10(rms(sine)[10:-10])
    # A frame of 1,024 samples holds 14.08 periods: the odd 0.08 moves the level by at most 0.08/14/2.
    np.testing.assert_allclose(level_db, -9.03, atol=0.03)
    crossings_per_s = zero_crossing_rate(sine)[10:-10] * sine.rate_hz
    # Two a period; a frame sees 28 or 29, which is one part in 28 of 440.
    np.testing.assert_allclose(crossings_per_s, 440, atol=16)
    assert crossings_per_s.mean() == pytest.approx(440, rel=0.005)


def test_white_noise_is_flat_and_crosses_zero_half_the_time(white_noise):
    bands = power_spectrogram(white_noise)[1:-1].mean(axis=1).reshape(7, 73).mean(axis=1)
    # 3 s hold 47 frames that do not overlap; times 73 bins, a band's mean is known to 2% or 0.08 dB.
    assert np.ptp(10 * np.log10(bands)) < 0.5
    assert zero_crossing_rate(white_noise)[4:-4].mean() == pytest.approx(0.5, abs=0.01)
    assert rms(white_noise)[4:-4].mean() == pytest.approx(0.1, rel=0.02)
    assert spectral_centroid(white_noise)[4:-4].mean() == pytest.approx(4000, rel=0.02)


def test_the_delta_of_a_line_is_its_slope_and_of_a_parabola_twice_its_factor():
    frames = np.arange(40, dtype=np.float32)
    features = np.stack([3 * frames + 2, 0.25 * frames**2])
    np.testing.assert_allclose(delta(features)[0], 3, atol=1e-4)
    np.testing.assert_allclose(delta(features)[1, 4:-4], 0.5 * frames[4:-4], atol=1e-3)
    np.testing.assert_allclose(delta(features, order=2)[0], 0, atol=1e-4)
    np.testing.assert_allclose(delta(features, order=2)[1], 0.5, atol=1e-4)


def test_deltas_of_too_few_frames_are_refused():
    with pytest.raises(AudioError, match=r"9 frames.*has 8 frame"):
        delta(np.zeros((3, 8), dtype=np.float32))


@pytest.mark.parametrize("wrong", [{"order": 3}, {"width": 4}, {"width": 1}])
def test_deltas_that_do_not_exist_are_refused(wrong):
    with pytest.raises(ValueError, match="odd width"):
        delta(np.zeros((3, 20), dtype=np.float32), **wrong)


def test_silence_has_a_floor_and_no_centroid(silence):
    np.testing.assert_allclose(power_to_db(power_spectrogram(silence)), -100, atol=1e-4)
    assert not spectral_centroid(silence).any()
    assert not zero_crossing_rate(silence).any()


@pytest.mark.parametrize("feature", [power_spectrogram, mel_spectrogram, mfcc, rms, zero_crossing_rate])
def test_an_empty_clip_is_refused(feature):
    with pytest.raises(AudioError, match="empty"):
        feature(Clip(np.zeros(0, dtype=np.float32), 16_000))
