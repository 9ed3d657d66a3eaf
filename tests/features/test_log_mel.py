import librosa
import numpy as np
import pytest

from ser_core import audio
from ser_core.errors import AudioError
from ser_core.features.log_mel import LogMelConfig, log_mel, part_of_spectrum, power_spectrum
from ser_core.records import Clip


def reference(clip: Clip, config: LogMelConfig) -> np.ndarray:
    power = librosa.feature.melspectrogram(
        y=clip.samples,
        sr=clip.rate_hz,
        n_fft=config.n_fft,
        win_length=config.win_length,
        hop_length=config.hop_length,
        n_mels=config.n_mels,
        fmin=config.fmin_hz,
        fmax=config.fmax_hz,
        center=True,
        pad_mode="constant",
    )
    return librosa.power_to_db(power, top_db=config.top_db).T


@pytest.mark.parametrize("config", [LogMelConfig(), LogMelConfig(n_fft=512, win_length=400, hop_length=160, n_mels=40)])
def test_equal_to_librosa_within_a_thousandth_of_a_decibel(config, white_noise, sine):
    for clip in (white_noise, sine):
        np.testing.assert_allclose(log_mel(clip, config), reference(clip, config), atol=1e-3)


def test_equal_to_librosa_on_a_synthetic_voice(samples_dir):
    clip = audio.read_clip(samples_dir / "synthetic-even.flac")
    np.testing.assert_allclose(log_mel(clip, LogMelConfig()), reference(clip, LogMelConfig()), atol=1e-3)


@pytest.mark.corpus
def test_equal_to_librosa_on_acted_speech(corpora_dir):
    clip = audio.read_clip(corpora_dir / "ravdess" / "Actor_01" / "03-01-05-02-01-01-01.flac")
    np.testing.assert_allclose(log_mel(clip, LogMelConfig()), reference(clip, LogMelConfig()), atol=1e-3)


def test_a_sine_is_loudest_in_the_band_around_it(sine):
    config = LogMelConfig()
    centres_hz = librosa.mel_frequencies(config.n_mels + 2, fmin=config.fmin_hz, fmax=config.fmax_hz)[1:-1]
    loudest = log_mel(sine, config)[20:-20].argmax(axis=1)
    assert set(loudest) == {int(np.abs(centres_hz - 220).argmin())}


def test_one_frame_a_hop_and_one_more(sine):
    config = LogMelConfig()
    assert log_mel(sine, config).shape == (1 + len(sine.samples) // config.hop_length, config.n_mels)
    assert log_mel(sine, config).dtype == np.float32


def test_another_rate_and_an_empty_clip_are_refused(sine):
    with pytest.raises(AudioError, match="16000 Hz; got one at 8000 Hz"):
        log_mel(Clip(sine.samples, 8000), LogMelConfig())
    with pytest.raises(AudioError, match="empty"):
        log_mel(Clip(np.zeros(0, dtype=np.float32), 16_000), LogMelConfig())


@pytest.mark.parametrize(
    "first, n_frames, config",
    [
        (0, 200, LogMelConfig()),
        (37, 200, LogMelConfig()),
        (80, 161, LogMelConfig()),
        (5, 8, LogMelConfig()),
        (9, 100, LogMelConfig(n_fft=512, win_length=400, hop_length=160)),
    ],
)
def test_the_spectrum_of_a_part_is_that_of_its_own_sound(white_noise, first, n_frames, config):
    part = Clip(white_noise.samples[first * config.hop_length :][: n_frames * config.hop_length], 16_000)
    spectrum = part_of_spectrum(power_spectrum(white_noise, config), part, first, config)
    np.testing.assert_array_equal(spectrum, power_spectrum(part, config))
