"""The descriptors of the classic vectors against librosa's."""

import numpy as np
import pytest

from ser_core.features.contours import CHROMA, COLUMNS, CONTRAST, MEL, MFCC, RMS, TONNETZ, ZCR, contours
from ser_core.records import Clip

# Both compute in float32. What is compared in dB at a floor of 80 under the loudest, the contrast of valleys that are
# all but silent, differs most.
TOLERANCES = {ZCR: 1e-6, CHROMA: 1e-4, MFCC: 0.005, RMS: 1e-6, MEL: 0.01, CONTRAST: 0.1, TONNETZ: 1e-4}


def of_librosa(librosa, y: np.ndarray, rate_hz: int) -> np.ndarray:
    magnitude = np.abs(librosa.stft(y))
    level_db = librosa.power_to_db(librosa.feature.melspectrogram(S=magnitude**2, sr=rate_hz))
    chroma = librosa.feature.chroma_stft(S=magnitude**2, sr=rate_hz, tuning=0.0)
    return np.concatenate(
        [
            librosa.feature.zero_crossing_rate(y),
            chroma,
            librosa.feature.mfcc(S=level_db, n_mfcc=40),
            librosa.feature.rms(y=y),
            level_db,
            librosa.feature.spectral_contrast(S=magnitude, sr=rate_hz, fmin=125.0),
            librosa.feature.tonnetz(chroma=chroma, sr=rate_hz),
        ]
    ).T


@pytest.mark.parametrize("group", TOLERANCES, ids=lambda group: group[0].split()[0])
def test_contours_equal_librosas(librosa, group, white_noise):
    time_s = np.arange(len(white_noise.samples)) / white_noise.rate_hz
    voice = sum(np.sin(2 * np.pi * k * (140 + 30 * np.sin(3 * time_s)) * time_s) / k for k in range(1, 30))
    y = (0.02 * white_noise.samples + 0.1 * voice * np.linspace(0.05, 1, len(voice))).astype(np.float32)
    columns = [COLUMNS.index(name) for name in group]
    ours = contours(Clip(y, white_noise.rate_hz))
    theirs = of_librosa(librosa, y, white_noise.rate_hz)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours[:, columns], theirs[:, columns], atol=TOLERANCES[group])


def test_contours_of_silence_equal_librosas(librosa, silence):
    ours, theirs = contours(silence), of_librosa(librosa, silence.samples, silence.rate_hz)
    # A silent band is at -100 dB, and the first coefficient eleven times that: float32 holds seven digits.
    np.testing.assert_allclose(ours, theirs, atol=1e-3, rtol=2e-6)
