"""The features of the pictures against librosa, and against signals whose answer is known without it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ser_core.dsp.mel import mel_filterbank
from ser_core.dsp.stft import power_to_db, stft_power
from ser_core.errors import AudioError
from ser_core.features.pictures import delta, mfcc_of_mel_db, rms, spectral_centroid, zero_crossing_rate
from ser_core.records import Clip

# The error of the mel bands (tests/dsp/test_stft.py), over 128 of them. Measured on speech: 0.0001.
MFCC_TOLERANCE = 0.002


def mfcc(clip, n_mfcc=20, n_fft=1024, hop_length=160, n_mels=128):
    power = stft_power(clip.samples, n_fft=n_fft, hop_length=hop_length)
    bands = power @ mel_filterbank(clip.rate_hz, n_fft, n_mels, 0.0, clip.rate_hz / 2).T
    return mfcc_of_mel_db(power_to_db(bands).T, n_mfcc)


def check_all(librosa, clip: Clip) -> None:
    y, rate_hz = clip.samples, clip.rate_hz
    frame = {"n_fft": 1024, "hop_length": 160}
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


def test_other_frame_sizes_equal_librosas(librosa, white_noise):
    clip = Clip(white_noise.samples[:20_000], 22_050)
    ours = mfcc(clip, n_mfcc=13, n_fft=2048, hop_length=512, n_mels=40)
    theirs = librosa.feature.mfcc(y=clip.samples, sr=22_050, n_mfcc=13, n_fft=2048, hop_length=512, n_mels=40)
    np.testing.assert_allclose(ours, theirs, atol=MFCC_TOLERANCE)


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


def test_white_noise_crosses_zero_half_the_time(white_noise):
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


def test_silence_has_no_centroid(silence):
    assert not spectral_centroid(silence).any()
    assert not zero_crossing_rate(silence).any()


@pytest.mark.parametrize("feature", [spectral_centroid, rms, zero_crossing_rate])
def test_an_empty_clip_is_refused(feature):
    with pytest.raises(AudioError, match="empty"):
        feature(Clip(np.zeros(0, dtype=np.float32), 16_000))
