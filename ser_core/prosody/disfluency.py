"""Disfluencies that can be detected from sound alone: long and filled pauses, prolongations, repetitions.

Words are not recognised here. So only events with a shape of their own are named, and whatever might be a word, an
emphasis or the end of a phrase is left alone. benchmarks/delivery.md states how often fluent speech is marked by
mistake and how many synthetic disfluencies are found.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from ser_core.arrays import DoubleArray, Mask
from ser_core.dsp.mel import mel_filterbank
from ser_core.dsp.pitch import HOP_S
from ser_core.dsp.runs import true_runs
from ser_core.language import N_
from ser_core.prosody import Prosody


class DisfluencyKind(StrEnum):
    """What interrupts the flow."""

    LONG_PAUSE = "long_pause"
    FILLED_PAUSE = "filled_pause"
    PROLONGATION = "prolongation"
    REPETITION = "repetition"


# What they are called, to be said by `_`.
DISFLUENCIES = {
    DisfluencyKind.LONG_PAUSE: N_("long pause"),
    DisfluencyKind.FILLED_PAUSE: N_("filled pause"),
    DisfluencyKind.PROLONGATION: N_("prolongation"),
    DisfluencyKind.REPETITION: N_("repetition"),
}


@dataclass(frozen=True)
class Disfluency:
    """One interruption of the flow of speech.

    Attributes:
        start_s, end_s: where it is in the clip.
        confidence: in [0, 1]; how far it exceeds what occurs in fluent speech.
    """

    kind: DisfluencyKind
    start_s: float
    end_s: float
    confidence: float


# Listeners hear a silence of a second inside a sentence as hesitation; shorter ones also mark phrases (Campione and
# Véronis 2002 find that pauses above 1 s form a class of their own, in spontaneous speech only).
LONG_PAUSE_S = 1.0
_SURELY_LONG_PAUSE_S = 2.0

# "uh" and "um" are level: pitch and spectrum hardly move (Goto, Itou and Hayamizu 1999, "A real-time filled pause
# detection system for spontaneous speech recognition", Eurospeech). Movement is measured over 60 ms.
_STEP_FRAMES = 6
_STEADY_SEMITONES = 0.8
_STEADY_SPECTRUM_DB = 4.5
_MIN_FILLED_S, _MAX_FILLED_S = 0.22, 1.2
_SILENCE_BESIDE_S = 0.12
# Fillers stay level or fall slowly, by less than words do, and never rise.
_FILLED_RANGE_SEMITONES, _FILLED_RISE_SEMITONES = 6.0, 0.5
_FILLED_STEADY_SHARE = 0.5
# A sound held for this long inside a phrase; fluent vowels, even in slow and sad speech, end sooner.
_MIN_PROLONGED_S, _SURELY_PROLONGED_S = 0.35, 0.7
# The last sound before a pause or the end is lengthened in fluent speech too.
_FOLLOWED_WITHIN_S = 0.1
_FOLLOWED_BY_S = 0.2

# Range of lengths of a repeated stretch, and the longest silence before its repetition.
_REPEATED_FRAMES = (16, 20, 25, 32, 40, 50, 64)
_BETWEEN_FRAMES = 50
_ALIKE, _SURELY_ALIKE = 0.87, 0.97
_MIN_CHANGE_DB = 5.0
_BANDS = 26
_FLOOR_DB = 45.0


def find_disfluencies(prosody: Prosody) -> tuple[Disfluency, ...]:
    """Disfluencies of a measured clip, ordered by start; of two that overlap, the more certain one is kept."""
    if not prosody.speech.active.any():
        return ()
    sound = _read_sound(prosody)
    found = [item for detect in _DETECTORS for item in detect(prosody, sound)]
    kept: list[Disfluency] = []
    for item in sorted(found, key=lambda d: -d.confidence):
        if all(item.end_s <= other.start_s or item.start_s >= other.end_s for other in kept):
            kept.append(item)
    return tuple(sorted(kept, key=lambda d: d.start_s))


@dataclass(frozen=True, eq=False)
class _Sound:
    """Log-mel level (frames, bands) in dB above the floor, and which voiced frames have level pitch and spectrum."""

    bands_db: DoubleArray
    steady: Mask


def _read_sound(prosody: Prosody) -> _Sound:
    frames = prosody.frames
    n_fft = 2 * (len(frames.frequencies_hz) - 1)
    rate_hz = round(2 * frames.frequencies_hz[-1])
    bank = mel_filterbank(rate_hz, n_fft, _BANDS, 100.0, min(7000.0, rate_hz / 2))
    bands_db = 10.0 * np.log10(np.maximum(frames.power @ bank.T, 1e-14)).astype(np.float64)
    bands_db = np.maximum(bands_db - (bands_db.max() - _FLOOR_DB), 0.0)

    shape = bands_db - bands_db.mean(axis=1, keepdims=True)
    change = _movement(shape)
    spectrum_db = np.sqrt(np.mean(change**2, axis=1))
    semitones = np.abs(_movement(prosody.pitch.semitones()[:, None])[:, 0])
    voiced = prosody.pitch.voiced
    steady = voiced & (spectrum_db < _STEADY_SPECTRUM_DB) & ~(semitones > _STEADY_SEMITONES)
    return _Sound(bands_db, steady)


def _movement(values: DoubleArray) -> DoubleArray:
    """Difference over 60 ms around each frame, in the shape of `values`; NaN where an end is NaN."""
    padded = np.pad(values, ((_STEP_FRAMES // 2, _STEP_FRAMES // 2), (0, 0)), mode="edge")
    return np.asarray(padded[_STEP_FRAMES:] - padded[:-_STEP_FRAMES])


def _long_pauses(prosody: Prosody, _: _Sound) -> list[Disfluency]:
    sure = prosody.confidence["pause_share"]
    return [
        Disfluency(
            DisfluencyKind.LONG_PAUSE,
            pause.start_s,
            pause.end_s,
            sure * _between(pause.duration_s, LONG_PAUSE_S, _SURELY_LONG_PAUSE_S),
        )
        for pause in prosody.pauses
        if pause.duration_s >= LONG_PAUSE_S
    ]


def _filled_pauses(prosody: Prosody, sound: _Sound) -> list[Disfluency]:
    """Level voiced sounds that stand alone between silences, with speech after them."""
    active = prosody.speech.active
    silence = round(_SILENCE_BESIDE_S / HOP_S)
    found = []
    islands = true_runs(_close(active, silence))
    pitch = prosody.pitch.semitones()
    for start, end in islands[:-1]:  # not the last word: a filler holds the floor for what comes next
        voiced = np.flatnonzero(prosody.pitch.voiced[start:end]) + start
        length_s = voiced.size * HOP_S
        if not _MIN_FILLED_S <= length_s <= _MAX_FILLED_S or voiced.size < 0.7 * (end - start):
            continue
        inner = pitch[voiced[2:-2]]
        low, high = np.quantile(inner, [0.1, 0.9])
        share = float(sound.steady[voiced].mean())
        quarter = max(1, inner.size // 4)
        rise = float(np.median(inner[-quarter:]) - np.median(inner[:quarter]))
        held = high - low <= _FILLED_RANGE_SEMITONES and rise <= _FILLED_RISE_SEMITONES
        if held and share >= _FILLED_STEADY_SHARE:
            found.append(
                Disfluency(
                    DisfluencyKind.FILLED_PAUSE,
                    start * HOP_S,
                    end * HOP_S,
                    _between(share, _FILLED_STEADY_SHARE, 1.0),
                )
            )
    return found


def _prolongations(prosody: Prosody, sound: _Sound) -> list[Disfluency]:
    """Sounds held long inside a phrase: speech goes on at once after them."""
    active = prosody.speech.active
    found = []
    for start, end in true_runs(_close(sound.steady, 3)):
        length_s = (end - start) * HOP_S
        after = slice(end, end + round((_FOLLOWED_WITHIN_S + _FOLLOWED_BY_S) / HOP_S))
        goes_on = np.count_nonzero(active[after]) * HOP_S >= _FOLLOWED_BY_S
        if length_s >= _MIN_PROLONGED_S and goes_on:
            found.append(
                Disfluency(
                    DisfluencyKind.PROLONGATION,
                    start * HOP_S,
                    end * HOP_S,
                    _between(length_s, _MIN_PROLONGED_S, _SURELY_PROLONGED_S),
                )
            )
    return found


def _repetitions(prosody: Prosody, sound: _Sound) -> list[Disfluency]:
    """Stretches that sound like the one right before them, with at most silence in between.

    Correlation of two patches of the log-mel spectrogram: self-similarity (Foote 1999, "Visualizing music and audio
    using self-similarity", ACM Multimedia) along its diagonals.
    """
    active = prosody.speech.active
    bands = sound.bands_db - sound.bands_db[active].mean(axis=0)
    energy = _cumulative((bands**2).sum(axis=1))
    n_active = _cumulative(active.astype(np.float64))
    change = _cumulative(np.abs(_movement(sound.bands_db)).mean(axis=1))
    n_frames = len(bands)
    candidates = []
    for lag in range(_REPEATED_FRAMES[0], _REPEATED_FRAMES[-1] + _BETWEEN_FRAMES + 1):
        if 2 * _REPEATED_FRAMES[0] > n_frames or lag + _REPEATED_FRAMES[0] > n_frames:
            break
        product = _cumulative((bands[:-lag] * bands[lag:]).sum(axis=1))
        for width in _REPEATED_FRAMES:
            if width > lag or lag - width > _BETWEEN_FRAMES or lag + width > n_frames:
                continue
            starts = np.arange(n_frames - lag - width + 1)
            first = energy[starts + width] - energy[starts]
            second = energy[starts + lag + width] - energy[starts + lag]
            alike = (product[starts + width] - product[starts]) / np.sqrt(np.maximum(first * second, 1e-9))
            sounding = np.minimum(
                n_active[starts + width] - n_active[starts],
                n_active[starts + lag + width] - n_active[starts + lag],
            )
            between = n_active[starts + lag] - n_active[starts + width]
            moving = (change[starts + width] - change[starts]) / width
            fits = (alike >= _ALIKE) & (sounding >= 0.7 * width) & (between <= 2) & (moving >= _MIN_CHANGE_DB)
            if fits.any():
                at = int(starts[fits][np.argmax(alike[fits])])
                candidates.append((float(alike[at]), at, lag, width))
    return [
        Disfluency(
            DisfluencyKind.REPETITION,
            at * HOP_S,
            (at + lag + width) * HOP_S,
            _between(alike, _ALIKE, _SURELY_ALIKE),
        )
        for alike, at, lag, width in candidates
    ]


def _cumulative(values: DoubleArray) -> DoubleArray:
    return np.concatenate([[0.0], np.cumsum(values)])


def _close(mask: Mask, width: int) -> Mask:
    """`mask` with its gaps of fewer than `width` frames filled."""
    closed = mask.copy()
    runs = true_runs(mask)
    for (_, end), (start, _) in pairwise(runs):
        if start - end < width:
            closed[end:start] = True
    return closed


def _between(value: float, low: float, high: float) -> float:
    """0.5 at `low`, 1 at `high` and above: anything less likely than not is not reported."""
    return float(np.clip(0.5 + 0.5 * (value - low) / (high - low), 0.0, 1.0))


_DETECTORS: tuple[Callable[[Prosody, _Sound], list[Disfluency]], ...] = (
    _long_pauses,
    _filled_pauses,
    _prolongations,
    _repetitions,
)
