"""Jitter, shimmer and harmonics-to-noise ratio, from steady stretches of voice only.

In running speech these also change with melody and articulation, and most of all with room noise. With too little
steady voice they are None rather than wrong.
"""

from dataclasses import dataclass

import numpy as np

from ser_core.arrays import DoubleArray, Mask
from ser_core.dsp.pitch import HOP_S, PitchContour, harmonics_to_noise_db
from ser_core.dsp.runs import true_runs
from ser_core.records import Clip

# A stretch is steady if it lasts at least this long, is this periodic, and moves no faster than this.
_MIN_STRETCH_S = 0.08
_MIN_PERIODICITY = 0.7
_MAX_SEMITONES_PER_FRAME = 0.4
# Neighbouring periods that differ more are not periods of the same voice (Praat's "maximum period factor"), and
# amplitudes that differ more are an onset (its "maximum amplitude factor").
_MAX_PERIOD_FACTOR = 1.3
_MAX_AMPLITUDE_FACTOR = 1.6
# Fewer periods than this mean nothing: even with 20 periods of one voice, the spread of jitter is about a third of its
# value.
MIN_PERIODS = 20
# A telephone's band, in which a parabola finds the position between two samples at 16 kHz.
_TOP_HZ = 3400.0


@dataclass(frozen=True)
class VoiceQuality:
    """Attributes:
    jitter_percent: mean difference of neighbouring periods over the mean period ("local" jitter).
    shimmer_percent: mean difference of the amplitudes of neighbouring periods over the mean amplitude.
    hnr_db: power that repeats from period to period over power that does not, below 3400 Hz; median.
    periods: number of periods that were measured.
    """

    jitter_percent: float
    shimmer_percent: float
    hnr_db: float
    periods: int


def voice_quality(clip: Clip, pitch: PitchContour) -> VoiceQuality | None:
    """Quality of the steady stretches of a clip; None with fewer than 20 periods of such voice.

    Periods are found by matching each with the next (waveform matching, as in Praat's "To PointProcess (cc)").
    Definitions follow Titze 1995, "Workshop on acoustic voice analysis: summary statement", and for the ratio Boersma
    1993: 10 log10(r / (1 - r)) of the correlation r of two neighbouring periods. Jitter above 2% is underestimated,
    because the most uneven periods do not count as steady voice.
    """
    samples = _low_pass(clip)
    jitter, shimmer, correlation = [], [], []
    for start, end in true_runs(_steady(pitch)):
        if (end - start) * HOP_S < _MIN_STRETCH_S:
            continue
        periods, amplitudes, matches = _periods(samples, clip.rate_hz, pitch, start, end)
        jitter.append(_perturbation(periods, _MAX_PERIOD_FACTOR))
        shimmer.append(_perturbation(amplitudes, _MAX_AMPLITUDE_FACTOR))
        correlation.append(matches)
    matches = np.concatenate(correlation) if correlation else np.empty(0)
    if matches.size < MIN_PERIODS:
        return None
    return VoiceQuality(
        jitter_percent=100.0 * float(np.mean(np.concatenate(jitter))),
        shimmer_percent=100.0 * float(np.mean(np.concatenate(shimmer))),
        hnr_db=harmonics_to_noise_db(matches),
        periods=int(matches.size),
    )


def _low_pass(clip: Clip) -> DoubleArray:
    spectrum = np.fft.rfft(clip.samples.astype(np.float64))
    spectrum[int(_TOP_HZ / clip.rate_hz * len(clip.samples)) + 1 :] = 0.0
    return np.asarray(np.fft.irfft(spectrum, len(clip.samples)))


def _steady(pitch: PitchContour) -> Mask:
    semitones = pitch.semitones()
    step = np.abs(np.diff(semitones, prepend=semitones[:1]))
    return (pitch.periodicity >= _MIN_PERIODICITY) & ~(step > _MAX_SEMITONES_PER_FRAME)


def _periods(
    samples: DoubleArray, rate_hz: int, pitch: PitchContour, start: int, end: int
) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """Lengths in samples, amplitudes, and correlation with the next, of the periods in a run of frames."""
    first, last = int(start * HOP_S * rate_hz), int(end * HOP_S * rate_hz)
    period = rate_hz / pitch.f0_hz[start]
    # Begins on a peak, so that a pulse is in the middle of the matched window, and one period in, so that the window
    # is inside the clip.
    first += int(period)
    middle = first + float(np.argmax(np.abs(samples[first : first + int(period) + 1])))
    lengths, amplitudes, matches = [], [], []
    while True:
        frame = min(int(middle / rate_hz / HOP_S), end - 1)
        period = rate_hz / pitch.f0_hz[max(frame, start)]
        half, slack = int(period / 2), int(period * 0.2) + 2
        a = round(middle) - half
        b = a + int(period) - slack
        if b + 2 * half + 2 * slack >= min(last + half, len(samples)):
            break
        here = samples[a : a + 2 * half]
        there = np.lib.stride_tricks.sliding_window_view(samples[b : b + 2 * half + 2 * slack], 2 * half)
        energy = np.sqrt(np.einsum("ij,ij->i", there, there) * (here @ here))
        r = np.divide(there @ here, energy, out=np.zeros(len(energy)), where=energy > 0.0)
        best = int(np.argmax(r))
        if best in (0, len(r) - 1):
            middle += period
            continue
        left, peak, right = r[best - 1 : best + 2]
        curvature = left - 2.0 * peak + right
        shift = 0.5 * (left - right) / curvature if curvature < 0.0 else 0.0
        length = (b - a) + best + shift
        lengths.append(length)
        amplitudes.append(np.sqrt(here @ here / len(here)))
        matches.append(min(1.0, peak - 0.25 * (left - right) * shift))
        middle += length
    return np.array(lengths), np.array(amplitudes), np.array(matches)


def _perturbation(values: DoubleArray, max_factor: float) -> DoubleArray:
    """Mean absolute difference of neighbours over the mean of all, for pairs that differ by less than the factor."""
    if values.size < 2:
        return np.empty(0)
    a, b = values[:-1], values[1:]
    alike = np.maximum(a, b) <= max_factor * np.minimum(a, b)
    return np.abs(a - b)[alike] / values.mean()
