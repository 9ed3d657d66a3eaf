"""Contours of a clip: the descriptors whose means are the classic vectors, one per column, with a row every 32 ms."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ser_core.arrays import FloatArray, IntArray
from ser_core.dsp.mel import mel_filterbank
from ser_core.dsp.stft import power_to_db, stft_power
from ser_core.features.pictures import mfcc_of_mel_db, rms, zero_crossing_rate
from ser_core.records import Clip

# librosa's defaults, which the published classic models use: 128 ms windows at 16 kHz, every 32 ms.
_N_FFT = 2048
_HOP_LENGTH = 512
_N_MELS = 128
_N_MFCC = 40
# Six octaves from 125 Hz end at 8 kHz, the highest frequency in a clip at 16 kHz.
_CONTRAST_FMIN_HZ = 125.0
_CONTRAST_SHARE = 0.02
_CONCERT_PITCH_HZ = 440.0

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
    """All descriptors over time, float32, shape (1 + n // 512, len(COLUMNS)), with the values of librosa's features.

    Zero-crossing rate, chroma, MFCC, RMS, mel band levels, spectral contrast and tonnetz. Mel bands are in dB, at most
    80 below the clip's loudest cell: as powers, as they were first published, they span six decades, and a few loud
    frames determine their means.
    """
    padded = Clip(np.pad(clip.samples, (0, max(0, _N_FFT - len(clip.samples)))), clip.rate_hz)
    power = stft_power(padded.samples, n_fft=_N_FFT, hop_length=_HOP_LENGTH)
    level_db = power_to_db(power @ mel_filterbank(clip.rate_hz, _N_FFT, _N_MELS, 0.0, clip.rate_hz / 2).T)
    chroma = _over_norm(power @ _chroma_filterbank(clip.rate_hz).T, np.inf)
    return np.column_stack(
        [
            zero_crossing_rate(padded, frame_length=_N_FFT, hop_length=_HOP_LENGTH),
            chroma,
            mfcc_of_mel_db(level_db.T, _N_MFCC).T,
            rms(padded, frame_length=_N_FFT, hop_length=_HOP_LENGTH),
            level_db,
            _contrast_db(np.sqrt(power), clip.rate_hz),
            _over_norm(chroma, 1) @ _tonnetz_axes(),
        ]
    ).astype(np.float32)


@lru_cache(maxsize=2)
def _chroma_filterbank(rate_hz: int) -> FloatArray:
    """Share of each bin in each note from C to B, shape (12, bins), as in `librosa.filters.chroma(tuning=0)`.

    Gaussians around the note in every octave, weighted by one around the fifth octave (Ellis 2007, "Chroma feature
    analysis and synthesis"). Uses concert pitch, because nobody speaks in tune; librosa's `chroma_stft` would search
    each clip for the tuning of an instrument.
    """
    hz = np.arange(1, _N_FFT) * rate_hz / _N_FFT
    notes = 12 * np.log2(hz / (_CONCERT_PITCH_HZ / 16))
    notes = np.concatenate([[notes[0] - 18], notes])  # 0 Hz is placed an octave and a half below the first bin
    width = np.maximum(np.diff(notes, append=notes[-1]), 1.0)
    distance = np.remainder(notes - np.arange(12)[:, None] + 6, 12) - 6
    bank = _over_norm(np.exp(-0.5 * (2 * distance / width) ** 2).T, 2).T
    bank *= np.exp(-0.5 * ((notes / 12 - 5) / 2) ** 2)
    return np.roll(bank, -3, axis=0)[:, : _N_FFT // 2 + 1].astype(np.float32)


def _contrast_db(magnitude: FloatArray, rate_hz: int) -> FloatArray:
    """Peak minus valley in dB in seven octaves, shape (frames, 7), as in `librosa.feature.spectral_contrast`.

    The means of the strongest and of the weakest 2% of each octave's bins (Jiang et al. 2002, "Music type
    classification by spectral contrast feature").
    """
    hz = np.arange(magnitude.shape[1]) * rate_hz / _N_FFT
    edges_hz = [0.0, *(_CONTRAST_FMIN_HZ * 2.0**k for k in range(7))]
    peaks, valleys = [], []
    for k, (low, high) in enumerate(pairwise(edges_hz)):
        inside = np.flatnonzero((hz >= low) & (hz <= high))
        # As in librosa, an octave begins one bin below its edge and ends one bin below the next.
        first, last = inside[0] - (k > 0), inside[-1] if k < 6 else magnitude.shape[1]
        octave = np.sort(magnitude[:, first:last], axis=1)
        n = max(1, round(_CONTRAST_SHARE * (last - first + (k < 6))))
        peaks.append(octave[:, -n:].mean(axis=1))
        valleys.append(octave[:, :n].mean(axis=1))
    return (power_to_db(np.array(peaks)) - power_to_db(np.array(valleys))).T


def _tonnetz_axes() -> FloatArray:
    """Sine and cosine of each note's angle on the circles of fifths, minor and major thirds, shape (12, 6)."""
    turns = np.outer(np.arange(12), [7 / 6, 7 / 6, 3 / 2, 3 / 2, 2 / 3, 2 / 3]) - [0.5, 0, 0.5, 0, 0.5, 0]
    return (np.cos(np.pi * turns) * [1, 1, 1, 1, 0.5, 0.5]).astype(np.float32)


def _over_norm(rows: FloatArray, order: float) -> FloatArray:
    """Each row divided by its norm; a row of zeros stays unchanged."""
    norm = np.linalg.norm(rows, ord=order, axis=1, keepdims=True)
    return (rows / np.where(norm < np.finfo(np.float32).tiny, 1.0, norm)).astype(np.float32)


def means(rows: FloatArray, columns: Sequence[str]) -> FloatArray:
    """Means of some columns of the contours over the clip, float32, shape (len(columns),)."""
    return rows[:, _places(columns)].mean(axis=0)


def means_in_steps(rows: FloatArray, columns: Sequence[str], n_steps: int) -> FloatArray:
    """Means of some columns over `n_steps` stretches of equal length, float32, shape (n_steps, len(columns)).

    If the clip has fewer frames than steps, its frames are repeated.
    """
    rows = rows[:, _places(columns)]
    edges = np.linspace(0, len(rows), n_steps + 1)
    starts = np.minimum(edges[:-1].astype(int), len(rows) - 1)
    ends = np.maximum(np.ceil(edges[1:]).astype(int), starts + 1)
    return np.stack([rows[start:end].mean(axis=0) for start, end in zip(starts, ends, strict=True)])


def _places(columns: Sequence[str]) -> IntArray:
    return np.array([_PLACE[name] for name in columns])
