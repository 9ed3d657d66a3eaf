"""How a clip develops: the descriptors that the classic vectors are means of, one column each, a row every 32 ms."""

from collections.abc import Sequence

import numpy as np

from ser_core.arrays import FloatArray, IntArray
from ser_core.records import Clip

# librosa's defaults, with which the classic models were published: 128 ms windows at 16 kHz, every 32 ms.
_N_FFT = 2048
_HOP_LENGTH = 512
_N_MELS = 128
_N_MFCC = 40
# Six octaves from 125 Hz end at 8 kHz, all that a clip at 16 kHz has.
_CONTRAST_FMIN_HZ = 125.0

_NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
# Fifths, minor thirds and major thirds as circles (Harte, Sandler and Gasser 2006).
_TONNETZ = ("fifth x", "fifth y", "minor x", "minor y", "major x", "major y")

ZCR = ("zcr",)
CHROMA = tuple(f"chroma {note}" for note in _NOTES)
MFCC = tuple(f"mfcc {k}" for k in range(_N_MFCC))
RMS = ("rms",)
MEL = tuple(f"mel {k}" for k in range(_N_MELS))
CONTRAST = tuple(f"contrast {k}" for k in range(7))
TONNETZ = tuple(f"tonnetz {axis}" for axis in _TONNETZ)

COLUMNS = (*ZCR, *CHROMA, *MFCC, *RMS, *MEL, *CONTRAST, *TONNETZ)
_PLACE = {name: i for i, name in enumerate(COLUMNS)}


def contours(clip: Clip) -> FloatArray:
    """All descriptors over time, float32, shape (1 + n // 512, len(COLUMNS)).

    Zero-crossing rate, chroma, MFCC, RMS, mel band levels, spectral contrast and tonnetz by librosa. Mel bands are
    in dB, at most 80 under the clip's loudest cell: as powers, which is how they were first published, they span six
    decades and a few loud frames decide their means.
    """
    import librosa

    y, rate_hz = clip.samples, clip.rate_hz
    if len(y) < _N_FFT:
        y = np.pad(y, (0, _N_FFT - len(y)))
    magnitude = np.abs(librosa.stft(y, n_fft=_N_FFT, hop_length=_HOP_LENGTH))
    power = magnitude**2
    level_db = librosa.power_to_db(librosa.feature.melspectrogram(S=power, sr=rate_hz, n_mels=_N_MELS))
    # Nobody speaks in tune: concert pitch, where librosa would search each clip for an instrument's tuning.
    chroma = librosa.feature.chroma_stft(S=power, sr=rate_hz, tuning=0.0)
    rows = np.concatenate(
        [
            librosa.feature.zero_crossing_rate(y, frame_length=_N_FFT, hop_length=_HOP_LENGTH),
            chroma,
            librosa.feature.mfcc(S=level_db, n_mfcc=_N_MFCC),
            librosa.feature.rms(y=y, frame_length=_N_FFT, hop_length=_HOP_LENGTH),
            level_db,
            librosa.feature.spectral_contrast(S=magnitude, sr=rate_hz, fmin=_CONTRAST_FMIN_HZ),
            librosa.feature.tonnetz(chroma=chroma, sr=rate_hz),
        ]
    )
    return np.ascontiguousarray(rows.T, dtype=np.float32)


def means(rows: FloatArray, columns: Sequence[str]) -> FloatArray:
    """Means over the clip of some columns of its contours, float32, shape (len(columns),)."""
    return rows[:, _places(columns)].mean(axis=0)


def means_in_steps(rows: FloatArray, columns: Sequence[str], n_steps: int) -> FloatArray:
    """Means of some columns over `n_steps` stretches of equal length, float32, shape (n_steps, len(columns)).

    A clip of fewer frames than steps gives its frames repeated.
    """
    rows = rows[:, _places(columns)]
    edges = np.linspace(0, len(rows), n_steps + 1)
    starts = np.minimum(edges[:-1].astype(int), len(rows) - 1)
    ends = np.maximum(np.ceil(edges[1:]).astype(int), starts + 1)
    return np.stack([rows[start:end].mean(axis=0) for start, end in zip(starts, ends, strict=True)])


def _places(columns: Sequence[str]) -> IntArray:
    return np.array([_PLACE[name] for name in columns])
