import librosa
import numpy as np
import pytest

from ser_core.dsp.mel import hz_to_mel, mel_filterbank, mel_to_hz


@pytest.mark.parametrize(
    "rate_hz, n_fft, n_mels, fmin_hz, fmax_hz", [(16_000, 1024, 64, 50, 8000), (22_050, 2048, 128, 0, 11_025)]
)
def test_filters_are_those_of_librosa(rate_hz, n_fft, n_mels, fmin_hz, fmax_hz):
    expected = librosa.filters.mel(sr=rate_hz, n_fft=n_fft, n_mels=n_mels, fmin=fmin_hz, fmax=fmax_hz)
    # Both are float32: equal to its rounding, for values up to 0.05.
    np.testing.assert_allclose(mel_filterbank(rate_hz, n_fft, n_mels, fmin_hz, fmax_hz), expected, atol=1e-8)


def test_the_mel_scale_is_linear_below_1_khz_and_returns():
    assert hz_to_mel(200.0) == pytest.approx(3.0)
    assert hz_to_mel(1000.0) == pytest.approx(15.0)
    assert hz_to_mel(6400.0) == pytest.approx(42.0)
    hz = np.linspace(0, 8000, 100)
    np.testing.assert_allclose(mel_to_hz(hz_to_mel(hz)), hz, atol=1e-9)


def test_the_shared_filter_bank_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        mel_filterbank(16_000, 512, 40, 0, 8000)[0, 0] = 1
