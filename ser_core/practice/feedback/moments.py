"""The moments of a take to which sentences refer, by the names that the rules use."""

from collections.abc import Callable

import numpy as np

from ser_core.arrays import DoubleArray
from ser_core.dsp.pitch import HOP_S
from ser_core.prosody import Prosody

Moment = tuple[float, float]

# Long enough to hear what is meant, short enough to contain nothing else.
_LENGTH_S = 1.0
_ENDING_S = 0.8
_AROUND_PAUSE_S = 0.4
# A stretch with less voice than this has no melody to judge.
_MIN_VOICED_SHARE = 0.3
# With less speech than this it is a pause, not a soft part.
_MIN_ACTIVE_SHARE = 0.6


def whole(prosody: Prosody) -> Moment:
    """From the first to the last word."""
    return prosody.speech.start_s, prosody.speech.end_s


def ending(prosody: Prosody) -> Moment:
    """The last 0.8 s of speech."""
    start, end = whole(prosody)
    return max(start, end - _ENDING_S), end


def longest_pause(prosody: Prosody) -> Moment:
    """The longest pause and what surrounds it; everything if there is none."""
    if not prosody.pauses:
        return whole(prosody)
    pause = max(prosody.pauses, key=lambda p: p.duration_s)
    start, end = whole(prosody)
    return max(start, pause.start_s - _AROUND_PAUSE_S), min(end, pause.end_s + _AROUND_PAUSE_S)


def _pitch_spread(prosody: Prosody, window: slice) -> float:
    semitones = prosody.pitch.semitones()[window]
    voiced = semitones[np.isfinite(semitones)]
    if voiced.size < _MIN_VOICED_SHARE * semitones.size:
        return float("nan")
    low, high = np.quantile(voiced, [0.05, 0.95])
    return float(high - low)


def _pitch_height(prosody: Prosody, window: slice) -> float:
    f0 = prosody.pitch.f0_hz[window]
    voiced = f0[np.isfinite(f0)]
    return float(np.median(voiced)) if voiced.size >= _MIN_VOICED_SHARE * f0.size else float("nan")


def _level(prosody: Prosody, window: slice) -> float:
    active = prosody.speech.active[window]
    if np.count_nonzero(active) < _MIN_ACTIVE_SHARE * active.size:
        return float("nan")
    return float(10.0 * np.log10(np.mean(10.0 ** (prosody.frames.level_db[window][active] / 10.0))))


def _level_spread(prosody: Prosody, window: slice) -> float:
    voiced = prosody.pitch.voiced[window]
    level = prosody.frames.level_db[window][voiced]
    if level.size < _MIN_VOICED_SHARE * voiced.size:
        return float("nan")
    low, high = np.quantile(level, [0.10, 0.95])
    return float(high - low)


def _syllables(prosody: Prosody, window: slice) -> float:
    times = prosody.syllables_s
    return float(np.count_nonzero((times >= window.start * HOP_S) & (times < window.stop * HOP_S)))


def _roughness(prosody: Prosody, window: slice) -> float:
    periodicity = prosody.pitch.periodicity[window]
    voiced = periodicity[periodicity > 0.0]
    return float(1.0 - voiced.mean()) if voiced.size >= _MIN_VOICED_SHARE * periodicity.size else float("nan")


def _extreme(measure: Callable[[Prosody, slice], float], sign: int) -> Callable[[Prosody], Moment]:
    """The one second of speech in which a value is largest (sign 1) or smallest (-1)."""

    def pick(prosody: Prosody) -> Moment:
        start, end = whole(prosody)
        starts: DoubleArray = np.arange(start, end - _LENGTH_S + 1e-9, 0.1)
        if starts.size < 2:
            return start, end
        windows = [slice(round(s / HOP_S), round((s + _LENGTH_S) / HOP_S)) for s in starts]
        values = sign * np.array([measure(prosody, window) for window in windows])
        if np.isnan(values).all():
            return start, end
        at = float(starts[int(np.nanargmax(values))])
        return at, at + _LENGTH_S

    return pick


MOMENTS: dict[str, Callable[[Prosody], Moment]] = {
    "whole": whole,
    "ending": ending,
    "longest_pause": longest_pause,
    "flattest": _extreme(_pitch_spread, -1),
    "liveliest": _extreme(_pitch_spread, 1),
    "highest": _extreme(_pitch_height, 1),
    "lowest": _extreme(_pitch_height, -1),
    "loudest": _extreme(_level, 1),
    "softest": _extreme(_level, -1),
    "evenest": _extreme(_level_spread, -1),
    "most_uneven": _extreme(_level_spread, 1),
    "fastest": _extreme(_syllables, 1),
    "slowest": _extreme(_syllables, -1),
    "roughest": _extreme(_roughness, 1),
    "clearest": _extreme(_roughness, -1),
}
