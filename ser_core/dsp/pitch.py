"""The fundamental frequency, frame by frame and as a path through all frames.

Both follow Boersma: the autocorrelation of each windowed frame divided by that of the window, and the cheapest path
through the candidates of all frames (Boersma 1993, "Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17, 97-110). This was chosen over librosa's yin and pyin:
yin makes no voicing decision, pyin takes 440 ms for a 3.5 s clip, and both need librosa and numba, whose import takes
1.3 s and 200 MB. benchmarks/delivery.md gives the agreement with Praat and with pyin, and the time it takes.

Two things are added to the path. Candidates that a spectrally flattened autocorrelation does not confirm are penalised
(the "generalised autocorrelation" of Tolonen and Karjalainen 2000, IEEE Trans. Speech Audio Process. 8(6)): where a
telephone has removed the fundamental, the harmonic in the first formant would otherwise be taken for the pitch. And
after a first pass over the whole range of voices, the search is narrowed around the speaker's own quartiles (De Looze
and Hirst 2008, "Detecting changes in key and range for the automatic modelling and coding of intonation", Speech
Prosody), which repairs the remaining octave jumps.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ser_core.arrays import DoubleArray, FloatArray, IntArray, Mask
from ser_core.dsp.stft import FRAMES_AT_ONCE, centred_frames, hann
from ser_core.dsp.transforms import fast_length
from ser_core.records import Clip

HOP_S = 0.010
FLOOR_HZ, CEILING_HZ = 60.0, 600.0

# Three periods of the lowest voice: the shortest Hann window from which its period can be read (Boersma 1993).
_WINDOW_S = 3 / FLOOR_HZ
_CANDIDATES = 7
# Higher frequencies make the peaks of the autocorrelation too narrow for a parabola at 16 kHz: the height between two
# samples would be read too low, and the octave below would win. A telephone's band ends here as well.
_TOP_HZ = 3400.0
# Costs of the path, as in Praat's "To Pitch (ac)": the score of an unvoiced frame, the share of the loudest peak below
# which a frame is silence, how much less each lower octave is worth, and what a jump of an octave or a change of
# voicing costs in a step of 10 ms.
_VOICING_THRESHOLD = 0.45
_SILENCE_THRESHOLD = 0.03
_OCTAVE_COST = 0.01
_OCTAVE_JUMP_COST = 0.35
_VOICING_CHANGE_COST = 0.14
# Exponent of the power spectrum, and weight of the distance to the best flattened peak, chosen from 1, 0.75, 0.5 and
# 0.25 with weights of 0.25 to 3 by the octave errors against Praat on clips of the corpora. On other clips they gain
# little: 5.4% instead of 6.0% over a telephone at 15 dB SNR, 0.4% instead of 0.5% on clean clips
# (benchmarks/delivery.md).
_FLATTENING = 0.25
_FLATTENING_COST = 3.0
# De Looze and Hirst use 0.75 times the first quartile, and 1.5 (plain speech) or 2.5 (lively speech) times the third.
_LOW_QUARTILE_FACTOR, _HIGH_QUARTILE_FACTOR = 0.75, 2.0
# The quartiles are taken over frames at least this periodic: octave errors occur in weak ones.
_SURE_PERIODICITY = 0.85
# Cost of a lower octave when frames are judged one by one.
_LAG_OCTAVE_COST = 0.05
# Below the power of any sound: a frame of digital silence has no period.
_TINY = 1e-12

_Float = TypeVar("_Float", bound=np.floating[Any])


def autocorrelation(
    power: npt.NDArray[_Float], n_fft: int, lags: slice, whole: npt.NDArray[_Float] | None = None
) -> npt.NDArray[_Float]:
    """Autocorrelation at some lags of frames, from their power spectra (frames, bins), divided by that at lag 0.

    The shape is (frames, lags). If bands were removed from `power`, `whole` is the power of the frames with them, shape
    (frames, 1). In silence the result is 0 everywhere.
    """
    # Complex from the beginning: numpy takes half as long again to convert as it goes.
    spectrum = power.astype(np.result_type(power, np.complex64))
    r: Any = np.fft.irfft(spectrum, n_fft, axis=1)
    normalised: npt.NDArray[_Float] = r[:, lags] / ((r[:, :1] if whole is None else whole) + _TINY)
    return normalised


def window_autocorrelation(window: npt.NDArray[_Float], n_fft: int, lags: slice) -> npt.NDArray[_Float]:
    """Autocorrelation of a window at some lags divided by that at lag 0, shape (lags,)."""
    return autocorrelation(np.abs(np.fft.rfft(window[None], n_fft)) ** 2, n_fft, lags)[0]


def frame_pitch(
    power: FloatArray, rate_hz: int, window: FloatArray, floor_hz: float, ceiling_hz: float
) -> tuple[FloatArray, FloatArray]:
    """Pitch in Hz and periodicity in [0, 1] of each frame by itself, shape (frames,) each.

    The highest peak of the autocorrelation divided by that of the window, without a search for the best path. This is
    for statistics, which tolerate its octave errors. `power` has shape (frames, bins), `window` the length of the
    transform.
    """
    n_fft = len(window)
    lags = np.arange(int(rate_hz / ceiling_hz), int(np.ceil(rate_hz / floor_hz)) + 1)
    needed = slice(lags[0], lags[-1] + 1)
    normalised = autocorrelation(power, n_fft, needed)
    normalised /= window_autocorrelation(window, n_fft, needed)
    # Of equally high peaks, the shortest period is the true one.
    best = (normalised - _LAG_OCTAVE_COST * np.log2(lags / lags[0]).astype(np.float32)).argmax(axis=1)
    periodicity = np.clip(np.take_along_axis(normalised, best[:, None], axis=1)[:, 0], 0, 1)
    return (rate_hz / lags[best]).astype(np.float32), periodicity


def harmonics_to_noise_db(periodicity: DoubleArray) -> float:
    """Power that repeats from period to period over power that does not, in dB, of the median of shares that repeat.

    10 log10(r / (1 - r)) (Boersma 1993), between -30 and 60.
    """
    r = float(np.clip(np.median(periodicity), 1e-3, 1.0 - 1e-6))
    return 10.0 * float(np.log10(r / (1.0 - r)))


@dataclass(frozen=True, eq=False)
class PitchContour:
    """Fundamental frequency every 10 ms.

    Attributes:
        times_s: float64, shape (frames,): middle of each frame in seconds.
        f0_hz: float64, shape (frames,): NaN in silence and in voiceless frames.
        periodicity: float64, shape (frames,), in [0, 1]: normalised autocorrelation at the period, which is the share
            of the frame's power that repeats; 0 in unvoiced frames.
    """

    times_s: DoubleArray
    f0_hz: DoubleArray
    periodicity: DoubleArray

    @property
    def voiced(self) -> Mask:
        """Which frames have a pitch."""
        return np.isfinite(self.f0_hz)

    @property
    def voiced_s(self) -> float:
        """Seconds of voiced sound."""
        return float(np.count_nonzero(self.voiced) * HOP_S)

    def semitones(self, reference_hz: float = 100.0) -> DoubleArray:
        """Semitones above `reference_hz`, shape (frames,): 12 log2(f0 / reference), NaN where unvoiced."""
        return 12.0 * np.log2(self.f0_hz / reference_hz)


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Candidate periods of each frame, shape (frames, candidates), and the score (frames,) of being unvoiced."""

    frequency_hz: DoubleArray
    periodicity: DoubleArray
    penalty: DoubleArray
    unvoiced: DoubleArray


def track_pitch(clip: Clip) -> PitchContour:
    """Pitch of a clip from 60 to 600 Hz every 10 ms.

    A silent clip, or one shorter than a third of the 50 ms window, has no voiced frame. Source: see the module.
    """
    samples = clip.samples.astype(np.float64)
    samples = samples - samples.mean() if samples.size else samples
    times_s, middles = hop_times(clip)
    if clip.duration_s < _WINDOW_S / 3 or not samples.any():
        return PitchContour(times_s, np.full(len(times_s), np.nan), np.zeros(len(times_s)))
    candidates = _find_candidates(samples, clip.rate_hz, middles)
    f0, periodicity = _cheapest(candidates, FLOOR_HZ, CEILING_HZ)
    if np.any(np.isfinite(f0)):
        low, high = _speaker_range(f0, periodicity)
        f0, periodicity = _cheapest(candidates, low, high)
    return PitchContour(times_s, f0, periodicity)


def hop_times(clip: Clip) -> tuple[DoubleArray, IntArray]:
    """Middles of a clip's 10 ms frames, in seconds and in samples, shape (frames,); at least one."""
    n_frames = max(1, int(clip.duration_s / HOP_S))
    times_s = (np.arange(n_frames, dtype=np.float64) + 0.5) * HOP_S
    return times_s, np.minimum(np.round(times_s * clip.rate_hz), len(clip.samples)).astype(np.int64)


def _find_candidates(samples: DoubleArray, rate_hz: int, middles: IntArray) -> _Candidates:
    width = int(_WINDOW_S * rate_hz)
    window = hann(width).astype(np.float64)
    size = fast_length(2 * width)
    lags = slice(int(rate_hz / CEILING_HZ) - 1, min(int(np.ceil(rate_hz / FLOOR_HZ)) + 2, width - 1))
    window_r = window_autocorrelation(window, size, lags)
    top = int(_TOP_HZ / rate_hz * size)
    frames = centred_frames(samples, width)
    global_peak = np.abs(samples).max()
    parts = []
    for first in range(0, len(middles), FRAMES_AT_ONCE):
        block = frames[middles[first : first + FRAMES_AT_ONCE]]
        block = block - block.mean(axis=1, keepdims=True)
        r, flat_r = (each / window_r for each in _plain_and_flat(block * window, size, lags, top))
        # The quieter a frame, the more it scores as unvoiced (Boersma 1993, equation 23).
        loudness = np.abs(block).max(axis=1) / global_peak
        silence = 2.0 - loudness / (_SILENCE_THRESHOLD / (1.0 + _VOICING_THRESHOLD))
        unvoiced = _VOICING_THRESHOLD + np.maximum(0.0, silence)
        parts.append((*_peaks(r, flat_r, lags.start, rate_hz), unvoiced))
    return _Candidates(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _plain_and_flat(frames: DoubleArray, size: int, lags: slice, top: int) -> tuple[DoubleArray, DoubleArray]:
    """Autocorrelation of each row at some lags, plain and of the flattened spectrum, over the row's power.

    It is 0 in silence.

    Only the first `top` bins of the spectrum of `size` points are used, but the power is that of all bins, so that a
    fricative, strong above and with some hum below, is not taken for a voice.
    """
    power = np.abs(np.fft.rfft(frames, size, axis=1)) ** 2
    whole = (2.0 * power.sum(axis=1, keepdims=True) - power[:, :1]) / size
    power[:, top:] = 0.0
    return autocorrelation(power, size, lags, whole), autocorrelation(power**_FLATTENING, size, lags)


def _peaks(
    r: DoubleArray, flat_r: DoubleArray, first_lag: int, rate_hz: int
) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """The best local maxima of each row: frequency (Hz, NaN for none), height, and penalty."""
    left, middle, right = r[:, :-2], r[:, 1:-1], r[:, 2:]
    is_peak = (middle > left) & (middle >= right) & (middle > 0.5 * _VOICING_THRESHOLD)
    shift = np.zeros_like(middle)  # position of the vertex of the parabola through three points
    np.divide(0.5 * (left - right), left - 2.0 * middle + right, out=shift, where=is_peak)
    height = middle - 0.25 * (left - right) * shift
    # Above 1 the quotient of the two autocorrelations is an artefact of the window (Boersma 1993).
    height = np.where(height > 1.0, 1.0 / np.maximum(height, 1.0), height)
    frequency = rate_hz / (first_lag + 1 + np.arange(middle.shape[1]) + shift)

    flat = np.maximum(np.maximum(flat_r[:, :-2], flat_r[:, 1:-1]), flat_r[:, 2:])
    flat = np.where(is_peak, flat, -1.0)
    penalty = _FLATTENING_COST * (flat.max(axis=1, keepdims=True) - flat)

    rank = np.where(is_peak, height - penalty + _octave_bonus(frequency), -np.inf)
    best = np.argpartition(-rank, _CANDIDATES, axis=1)[:, :_CANDIDATES]
    found = np.take_along_axis(is_peak, best, axis=1)
    frequency, height, penalty = (
        np.where(found, np.take_along_axis(each, best, axis=1), nothing)
        for each, nothing in ((frequency, np.nan), (height, 0.0), (penalty, 0.0))
    )
    return frequency, height, penalty


def _octave_bonus(frequency_hz: DoubleArray) -> DoubleArray:
    """Of equally high peaks, the shortest period is the true one; the others are its multiples."""
    return _OCTAVE_COST * np.log2(frequency_hz / FLOOR_HZ)


def _speaker_range(f0_hz: DoubleArray, periodicity: DoubleArray) -> tuple[float, float]:
    voiced = periodicity > 0.0
    sure = f0_hz[periodicity >= min(_SURE_PERIODICITY, float(np.median(periodicity[voiced])))]
    low, high = np.quantile(sure, [0.25, 0.75])
    return float(low * _LOW_QUARTILE_FACTOR), float(high * _HIGH_QUARTILE_FACTOR)


def _cheapest(candidates: _Candidates, low_hz: float, high_hz: float) -> tuple[DoubleArray, DoubleArray]:
    """Pitch (Hz, NaN if unvoiced) and periodicity along the best path between two frequencies (Viterbi)."""
    frequency = candidates.frequency_hz
    allowed = (frequency >= low_hz) & (frequency <= high_hz)
    safe = np.where(allowed, frequency, FLOOR_HZ)
    score = np.where(allowed, candidates.periodicity - candidates.penalty + _octave_bonus(safe), -np.inf)
    local = np.column_stack([score, candidates.unvoiced])
    octave = np.log2(safe)

    n_frames, n_states = local.shape  # the last state is "unvoiced"
    columns = np.arange(n_states)
    back = np.zeros((n_frames, n_states), dtype=np.intp)
    cost = np.full((n_states, n_states), _VOICING_CHANGE_COST)
    cost[-1, -1] = 0.0
    total = local[0]
    for i in range(1, n_frames):
        np.abs(octave[i - 1][:, None] - octave[i][None, :], out=cost[:-1, :-1])
        cost[:-1, :-1] *= _OCTAVE_JUMP_COST
        reached = total[:, None] - cost
        back[i] = reached.argmax(axis=0)
        total = reached[back[i], columns] + local[i]
    path = np.empty(n_frames, dtype=np.intp)
    path[-1] = total.argmax()
    for i in range(n_frames - 1, 0, -1):
        path[i - 1] = back[i, path[i]]

    rows = np.arange(n_frames)
    f0 = np.column_stack([frequency, np.full(n_frames, np.nan)])[rows, path]
    periodicity = np.column_stack([candidates.periodicity, np.zeros(n_frames)])[rows, path]
    return f0, np.clip(periodicity, 0.0, 1.0)
