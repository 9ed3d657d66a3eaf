import librosa
import numpy as np
import pytest

from ser_core.errors import AudioError
from ser_core.features import whisper_log_mel as mel

RATE = mel.RATE_HZ


def _tone(hz: float, seconds: float, amplitude: float = 0.3) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def test_power_equals_librosas():
    rng = np.random.default_rng(0)
    samples = (rng.standard_normal(RATE) * 0.1).astype(np.float32)
    theirs = librosa.feature.melspectrogram(
        y=samples, sr=RATE, n_fft=400, hop_length=160, n_mels=80, pad_mode="reflect", power=2.0
    ).T[:-1]
    np.testing.assert_allclose(mel.mel_power(samples), theirs, rtol=2e-3, atol=1e-6)


def test_level_of_the_recording_does_not_matter():
    rng = np.random.default_rng(1)
    samples = (rng.standard_normal(RATE) * 0.2).astype(np.float32)
    np.testing.assert_allclose(mel.whisper_log_mel(samples), mel.whisper_log_mel(samples * 0.01), atol=1e-3)


def test_pauses_do_not_count_for_the_level():
    """A second of tone has the level it has between two seconds of silence; plain mean power would fall by 4.8 dB."""
    tone = _tone(440, 1)
    silence = np.zeros(RATE, np.float32)
    alone = mel.speech_level(mel.mel_power(tone))
    assert mel.speech_level(mel.mel_power(np.concatenate([silence, tone, silence]))) == pytest.approx(alone, abs=0.02)


def test_chunks_read_as_the_whole():
    rng = np.random.default_rng(2)
    samples = (rng.standard_normal(2 * RATE) * np.repeat([0.2, 0.002], RATE)).astype(np.float32)
    whole = mel.mel_power(samples)
    level = mel.speech_level(whole)
    np.testing.assert_array_equal(mel.to_input(whole, level)[50:80], mel.to_input(whole[50:80], level))


def test_bounds_are_those_of_the_sound():
    silence = np.zeros(RATE, np.float32)
    start, end = mel.speech_bounds(np.concatenate([silence, _tone(300, 1), silence]))
    # 50 ms around it, and half a window
    assert 0.92 <= start / RATE <= 0.96
    assert 2.04 <= end / RATE <= 2.08


def test_too_short_is_said():
    with pytest.raises(AudioError, match="at least 400"):
        mel.mel_power(np.zeros(100, np.float32))
    with pytest.raises(AudioError, match="empty"):
        mel.speech_bounds(np.zeros(0, np.float32))
