"""Global statistics of a clip, which capture what a network trained on few clips does not learn.

Contours over the frames (levels in mel bands, MFCC, spectral shape, pitch) are summarised by functionals, as in the
paralinguistic challenges (Schuller et al. 2013, "The INTERSPEECH 2013 computational paralinguistics challenge").
The selection and the code are our own, with numpy on the power spectrum that the log-mel needs anyway.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray, Mask
from ser_core.dsp.mel import mel_filterbank
from ser_core.dsp.pitch import frame_pitch
from ser_core.dsp.runs import true_runs
from ser_core.dsp.stft import decibels, hann
from ser_core.dsp.transforms import cosine_matrix
from ser_core.features.log_mel import LogMelConfig

_N_BANDS = 26
_N_MFCC = 16
# Levels further than this below the clip's loudest frame are raised to that floor: anything lower is the room.
_TOP_DB = 60.0
_ROLL_OFFS = (0.25, 0.5, 0.75, 0.9)
# Octaves in which peaks are compared with valleys (Jiang et al. 2002, "Music type classification by spectral
# contrast").
_CONTRAST_EDGES_HZ = (0.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 8000.0)
_CONTRAST_SHARE = 0.15
_PITCH_FLOOR_HZ, _PITCH_CEILING_HZ = 60.0, 600.0
# Normalised autocorrelation above which a frame counts as voiced: Praat's 0.45, raised a little since there is no path.
_VOICED = 0.5
_QUANTILES = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
_DELTA_REACH = 2
# Statistics over fewer frames than this mean nothing; they are left at zero.
_MIN_FRAMES = 8

_STATISTICS = (
    "mean",
    "deviation",
    "skewness",
    "kurtosis",
    *(f"quantile {q:g}" for q in _QUANTILES),
    "slope",
    "residual",
    "place of maximum",
    "place of minimum",
    "crossings",
)
_RHYTHM = (
    "log duration",
    "voiced share",
    "voiced stretches a second",
    "mean voiced stretch",
    "deviation of voiced stretches",
    "mean gap",
    "deviation of gaps",
    "level peaks a second",
)


@dataclass(frozen=True, eq=False)
class _Contours:
    """One contour per row, shape (contours, frames), and which frames have a pitch, shape (frames,)."""

    values: FloatArray
    voiced: Mask


def functionals(power: FloatArray, samples: FloatArray, config: LogMelConfig) -> FloatArray:
    """Statistics of a stretch of speech, float32, shape (len(functional_names()),).

    Args:
        power: power spectrum, shape (frames, bins), `log_mel.power_spectrum` of the stretch.
        samples: the samples under it, shape (n,).
        config: how the spectrum was made.

    They do not depend on the level of the recording.
    """
    contours = _contours(power, samples, config)
    everywhere = contours.values[:-1]  # the pitch, the last contour, is known only in voiced frames
    in_voice = contours.values[:, contours.voiced]
    parts = [_statistics(np.concatenate([each, _deltas(each)])) for each in (everywhere, in_voice)]
    rhythm = _rhythm(contours, config.frames_per_s)
    return np.nan_to_num(np.concatenate([*(part.ravel() for part in parts), rhythm])).astype(np.float32)


@lru_cache(maxsize=1)
def functional_names() -> tuple[str, ...]:
    """Names of the functionals, in the order of `functionals`: "contour, where: statistic"."""
    contours = _contour_names()
    groups = (
        (contours[:-1], "all frames"),
        (contours[:-1], "all frames, delta"),
        (contours, "voiced frames"),
        (contours, "voiced frames, delta"),
    )
    named = [f"{c}, {where}: {s}" for names, where in groups for c, s in product(names, _STATISTICS)]
    return (*named, *_RHYTHM)


def _contour_names() -> tuple[str, ...]:
    return (
        *(f"band {i}" for i in range(_N_BANDS)),
        *(f"MFCC {i + 1}" for i in range(_N_MFCC)),
        "level",
        "zero crossings",
        "centroid",
        "bandwidth",
        *(f"roll-off {share:g}" for share in _ROLL_OFFS),
        "flatness",
        "flux",
        *(f"contrast {low:g} Hz" for low in _CONTRAST_EDGES_HZ[:-1]),
        "periodicity",
        "pitch",
    )


def _contours(power: FloatArray, samples: FloatArray, config: LogMelConfig) -> _Contours:
    total = power.sum(axis=1) + 1e-12
    floor = total.max() * 10 ** (-_TOP_DB / 10)
    level = decibels(np.maximum(total, floor))
    mean_level = level.mean()
    bank = mel_filterbank(config.rate_hz, config.n_fft, _N_BANDS, config.fmin_hz, config.fmax_hz)
    bands = decibels(np.maximum(power @ bank.T, floor * 1e-3))
    cepstrum = (bands @ cosine_matrix(_N_BANDS, _N_MFCC + 1))[:, 1:]
    hz = np.fft.rfftfreq(config.n_fft, 1 / config.rate_hz).astype(np.float32)
    share = power / total[:, None]
    centroid = share @ hz
    bandwidth = np.sqrt(np.maximum(share @ hz**2 - centroid**2, 0))
    so_far = np.cumsum(share, axis=1)
    roll_offs = [hz[np.argmax(so_far >= part, axis=1)] for part in _ROLL_OFFS]
    spectrum_db = decibels(power + floor * 1e-6)
    flatness = spectrum_db.mean(axis=1) - decibels(total / power.shape[1])
    shape = np.sqrt(share)
    flux = np.concatenate([[0], np.sqrt(np.square(np.diff(shape, axis=0)).sum(axis=1))])
    window = hann(config.win_length, config.n_fft)
    pitch, periodicity = frame_pitch(power, config.rate_hz, window, _PITCH_FLOOR_HZ, _PITCH_CEILING_HZ)
    voiced = (periodicity > _VOICED) & (level > level.max() - 0.6 * _TOP_DB)
    octaves = 12 * np.log2(np.where(voiced, pitch, 100.0) / 100.0)
    rows = [
        *(bands - mean_level).T,
        *cepstrum.T,
        level - mean_level,
        _zero_crossings(samples, len(power), config),
        centroid / 1000,
        bandwidth / 1000,
        *(each / 1000 for each in roll_offs),
        flatness,
        flux,
        *_contrast(spectrum_db, hz),
        periodicity,
        octaves,
    ]
    return _Contours(np.array(rows, dtype=np.float32), voiced)


def _zero_crossings(samples: FloatArray, n_frames: int, config: LogMelConfig) -> FloatArray:
    """Zero crossings per sample around each frame, over one window."""
    changes = np.concatenate([[0], np.cumsum(np.diff(np.signbit(samples)))])
    middle = np.arange(n_frames) * config.hop_length
    last = len(changes) - 1
    start = np.clip(middle - config.win_length // 2, 0, last)
    end = np.clip(middle + config.win_length // 2, 0, last)
    return ((changes[end] - changes[start]) / np.maximum(end - start, 1)).astype(np.float32)


def _contrast(spectrum_db: FloatArray, hz: FloatArray) -> list[FloatArray]:
    """Peak minus valley in dB of each octave: the means of its strongest and of its weakest share of bins."""
    contrast = []
    for low, high in pairwise(_CONTRAST_EDGES_HZ):
        first, last = np.searchsorted(hz, low), np.searchsorted(hz, high, side="right")
        octave = np.sort(spectrum_db[:, first:last], axis=1)
        n = max(1, round(_CONTRAST_SHARE * octave.shape[1]))
        contrast.append(octave[:, -n:].mean(axis=1) - octave[:, :n].mean(axis=1))
    return contrast


def _deltas(rows: FloatArray) -> FloatArray:
    """Slope of each row over five frames (the usual delta regression), edges repeated; same shape."""
    if not rows.size:
        return rows
    padded = np.pad(rows, ((0, 0), (_DELTA_REACH, _DELTA_REACH)), mode="edge")
    n = rows.shape[1]
    slope = sum(
        k * (padded[:, _DELTA_REACH + k : _DELTA_REACH + k + n] - padded[:, _DELTA_REACH - k : _DELTA_REACH - k + n])
        for k in range(1, _DELTA_REACH + 1)
    )
    return np.asarray(slope / (2 * sum(k * k for k in range(1, _DELTA_REACH + 1))), dtype=np.float32)


def _statistics(rows: FloatArray) -> FloatArray:
    """The statistics of each row, shape (rows, len(_STATISTICS)); zeros when there are too few frames."""
    n_rows, n = rows.shape
    if n < _MIN_FRAMES:
        return np.zeros((n_rows, len(_STATISTICS)), dtype=np.float32)
    mean = rows.mean(axis=1, keepdims=True)
    centred = rows - mean
    square = centred * centred
    deviation = np.sqrt(square.mean(axis=1)) + 1e-6
    skewness = (square * centred).mean(axis=1) / deviation**3
    kurtosis = (square * square).mean(axis=1) / deviation**4
    time = np.linspace(-1, 1, n, dtype=np.float32)
    slope = centred @ time / (time @ time)
    residual = np.sqrt(np.maximum(deviation**2 - slope**2 * (time @ time) / n, 0))
    quantiles = np.sort(rows, axis=1)[:, np.round(np.array(_QUANTILES) * (n - 1)).astype(int)]
    crossings = (np.diff(np.signbit(centred), axis=1) != 0).mean(axis=1)
    places = (rows.argmax(axis=1) / (n - 1), rows.argmin(axis=1) / (n - 1))
    # A constant row has no shape, and higher moments of rounding errors would be noise.
    flat = deviation < 1e-5
    skewness[flat] = kurtosis[flat] = 0
    columns = (mean[:, 0], deviation, skewness, kurtosis, *quantiles.T, slope, residual, *places, crossings)
    return np.stack(columns, axis=1).astype(np.float32)


def _rhythm(contours: _Contours, frames_per_s: float) -> FloatArray:
    voiced = contours.voiced
    n = len(voiced)
    starts, ends = np.array(true_runs(voiced), dtype=np.int64).reshape(-1, 2).T
    stretches, gaps = (ends - starts) / frames_per_s, (starts[1:] - ends[:-1]) / frames_per_s
    level = contours.values[_contour_names().index("level")]
    smooth = np.convolve(level, np.hanning(9) / np.hanning(9).sum(), mode="same")
    peaks = np.count_nonzero((smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:]) & (smooth[1:-1] > -3))
    return np.array(
        [
            np.log2(n / frames_per_s),
            voiced.mean(),
            len(starts) * frames_per_s / n,
            *_mean_and_deviation(stretches),
            *_mean_and_deviation(gaps),
            peaks * frames_per_s / n,
        ],
        dtype=np.float32,
    )


def _mean_and_deviation(values: DoubleArray) -> tuple[float, float]:
    return (float(values.mean()), float(values.std())) if len(values) else (0.0, 0.0)
