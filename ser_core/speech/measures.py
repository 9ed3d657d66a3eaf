"""Measures that tell speech from other sounds: how fast it changes, how its pitch moves, what its level goes with.

The rate of syllables, about four a second, was first used by Scheirer and Slaney (1997, "Construction and evaluation of
a robust multifeature speech/music discriminator", ICASSP). These fifteen measures were selected from 39 by backward
elimination (benchmarks/speech.md).
"""

from functools import lru_cache

import numpy as np
from scipy import fft

from ser_core.arrays import DoubleArray, FloatArray, Mask
from ser_core.dsp.mel import mel_filterbank
from ser_core.dsp.pitch import frame_pitch
from ser_core.dsp.stft import centred_frames, hann, power_of_frames
from ser_core.errors import AudioError
from ser_core.records import Clip

MEASURES = (
    "change at 4 to 8 Hz",
    "change at 16 to 50 Hz",
    "change in step",
    "level deviation",
    "level with periodicity",
    "pitch",
    "pitch stands still",
    "pitch jumps",
    "centroid",
    "centroid deviation",
    "centroid with level",
    "zero crossings skewness",
    "share at 300 to 1000 Hz",
    "share over 3400 Hz",
    "persistence",
)

_RATE_HZ = 16_000
_WINDOW, _N_FFT, _HOP = 512, 1024, 160
_FRAMES_PER_S = _RATE_HZ / _HOP
# Frames at the edges further below the loudest one are silence around the sound; those less far below belong to it.
_EDGE_DB, _SOUNDING_DB = 40.0, 30.0
_N_BANDS = 18
_BANDS_HZ = (80.0, 7600.0)
_BAND_RANGE_DB = 50.0
# The range of rates of change, in Hz, of which the two measured ones are shares.
_SLOWEST_HZ, _FASTEST_HZ = 0.5, 50.0
_PITCH_FLOOR_HZ, _PITCH_CEILING_HZ = 70.0, 500.0
# Normalised autocorrelation above which a frame counts as voiced.
_VOICED = 0.55
# Semitones from one frame to the next: less is a held note, and more is not a voice gliding.
_STILL, _JUMP = 0.05, 1.5
_MIN_VOICED_FRAMES, _MIN_PITCH_STEPS = 8, 5
# Harmonics are compared up to 4 kHz over 150 ms: notes last longer, but the pitch of a voice has moved by then.
_FINE_BINS = slice(2, 258)
_FINE_WIDTH = 9
_PERSISTENCE_FRAMES = 15
_TINY = 1e-9


def measure_sound(clip: Clip) -> DoubleArray:
    """The measures of a few seconds of sound, shape (len(MEASURES),); NaN for unknown ones, such as the pitch of noise
    or any measure of digital silence. The level of the recording does not matter. Raises AudioError when the clip is
    empty or not at 16 kHz.
    """
    if clip.rate_hz != _RATE_HZ:
        raise AudioError(f"Speech is detected at {_RATE_HZ} Hz; got a clip at {clip.rate_hz} Hz.")
    if not len(clip.samples):
        raise AudioError("The clip is empty; there is nothing to analyse.")
    frames = centred_frames(clip.samples, _WINDOW)[::_HOP]
    power = power_of_frames(frames, hann(_WINDOW), _N_FFT)
    loudest = float(power.sum(axis=1).max())
    if loudest == 0:
        return np.full(len(MEASURES), np.nan)
    # Relative to the loudest frame, so that a quiet recording is not taken for its own noise floor.
    power /= loudest
    level_db = 10 * np.log10(power.sum(axis=1) + _TINY)
    inside = np.flatnonzero(level_db > -_EDGE_DB)
    part = slice(inside[0], inside[-1] + 1)
    frames, power, level_db = frames[part], power[part], np.maximum(level_db[part], -_EDGE_DB)
    heard, sounding = level_db > -_EDGE_DB, level_db > -_SOUNDING_DB
    pitch_hz, periodicity = frame_pitch(power, _RATE_HZ, hann(_WINDOW, _N_FFT), _PITCH_FLOOR_HZ, _PITCH_CEILING_HZ)
    total = power.sum(axis=1)
    hz = _bins_hz()
    centroid = np.log2(power @ hz / (total + 1e-12) + 50.0)
    by_bin = power.sum(axis=0) / total.sum()
    return np.array(
        [
            *_change(power),
            level_db.std(),
            _correlation(periodicity[heard], level_db[heard]),
            *_melody(pitch_hz, sounding & (periodicity > _VOICED)),
            centroid[sounding].mean(),
            centroid[sounding].std(),
            _correlation(centroid[heard], level_db[heard]),
            _skewness(_zero_crossings(frames)[sounding]),
            np.log(by_bin[(hz >= 300) & (hz < 1000)].sum() + 1e-4),
            np.log(by_bin[hz >= 3400].sum() + 1e-4),
            _persistence(power, sounding),
        ],
        dtype=np.float64,
    )


def _change(power: FloatArray) -> tuple[float, float, float]:
    """How much of the change in mel bands is at 4 to 8 Hz and at 16 to 50 Hz (logarithms of shares), and how much of it
    all bands share (0 to 1).
    """
    bank = mel_filterbank(_RATE_HZ, _N_FFT, _N_BANDS, *_BANDS_HZ)
    bands = power @ bank.T
    levels_db = 10 * np.log10(bands + max(float(bands.max()), 1e-20) * 10 ** (-_BAND_RANGE_DB / 10))
    levels_db -= levels_db.mean(axis=0)
    n = len(levels_db)
    taper = np.hanning(n + 2)[1:-1].astype(np.float32)[:, None]
    size = max(512, fft.next_fast_len(n, real=True))
    change = np.square(np.abs(fft.rfft(levels_db * taper, size, axis=0))).sum(axis=1)
    rate_hz = np.arange(len(change)) * _FRAMES_PER_S / size
    whole = change[(rate_hz >= _SLOWEST_HZ) & (rate_hz < _FASTEST_HZ)].sum() + _TINY
    syllables, fast = (change[(rate_hz >= low) & (rate_hz < high)].sum() / whole for low, high in ((4, 8), (16, 50)))
    in_step = levels_db.mean(axis=1).var() / (levels_db.var(axis=0).mean() + _TINY)
    return float(np.log(syllables + 1e-3)), float(np.log(fast + 1e-3)), float(in_step)


def _melody(pitch_hz: FloatArray, voiced: Mask) -> tuple[float, float, float]:
    """Median pitch in semitones above 100 Hz, and the shares of steps in which it stands still and in which it
    jumps.
    """
    semitones = 12 * np.log2(pitch_hz / 100)
    if np.count_nonzero(voiced) < _MIN_VOICED_FRAMES:
        return np.nan, np.nan, np.nan
    steps = np.abs(np.diff(semitones))[voiced[1:] & voiced[:-1]]
    median = float(np.median(semitones[voiced]))
    if len(steps) < _MIN_PITCH_STEPS:
        return median, np.nan, np.nan
    return median, float((steps < _STILL).mean()), float((steps > _JUMP).mean())


def _persistence(power: FloatArray, sounding: Mask) -> float:
    """Similarity of the harmonics after 150 ms: mean correlation of the spectrum's fine structure; NaN if too short."""
    later, earlier = slice(_PERSISTENCE_FRAMES, None), slice(None, -_PERSISTENCE_FRAMES)
    both = sounding[later] & sounding[earlier] if len(power) > _PERSISTENCE_FRAMES + 3 else np.zeros(0, dtype=bool)
    if not both.any():
        return np.nan
    levels_db = 10 * np.log10(power[:, _FINE_BINS] + _TINY)
    before, after = _FINE_WIDTH // 2 + 1, _FINE_WIDTH // 2
    sums = np.cumsum(np.pad(levels_db, ((0, 0), (before, after)), mode="edge"), axis=1)
    fine = levels_db - (sums[:, _FINE_WIDTH:] - sums[:, :-_FINE_WIDTH]) / _FINE_WIDTH
    fine /= np.linalg.norm(fine, axis=1, keepdims=True) + 1e-6
    return float((fine[later] * fine[earlier]).sum(axis=1)[both].mean())


def _zero_crossings(frames: FloatArray) -> DoubleArray:
    negative = np.signbit(frames)
    return np.count_nonzero(negative[:, 1:] != negative[:, :-1], axis=1) / frames.shape[1]


def _correlation(a: FloatArray, b: FloatArray) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > _TINY else 0.0


def _skewness(values: DoubleArray) -> float:
    deviation = float(values.std())
    return float(((values - values.mean()) ** 3).mean()) / deviation**3 if deviation > _TINY else 0.0


@lru_cache(maxsize=1)
def _bins_hz() -> FloatArray:
    return np.fft.rfftfreq(_N_FFT, 1 / _RATE_HZ).astype(np.float32)
