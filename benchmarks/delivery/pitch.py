"""How well the pitch tracker agrees with Praat and with pyin, on clean, noisy and telephone recordings."""

import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np

from ser_core.audio import read_clip
from ser_core.dsp import pitch
from ser_core.dsp.pitch import track_pitch
from ser_core.prosody.melody import RANGE_QUANTILES, pitch_range_semitones
from ser_core.records import Clip

Contour = tuple[np.ndarray, np.ndarray]  # times in seconds, pitch in Hz with NaN for none


def praat(clip: Clip) -> Contour:
    """Praat's "To Pitch (ac)"; its second pass searches from 0.75 times the lower to 2.5 times the upper quartile of
    the first.
    """
    import parselmouth  # under the GPL: used only if it happens to be installed

    sound = parselmouth.Sound(clip.samples.astype(np.float64), clip.rate_hz)
    low, high = 60.0, 600.0
    for _ in range(2):
        pitch = sound.to_pitch_ac(time_step=0.01, pitch_floor=low, pitch_ceiling=high)
        f0 = pitch.selected_array["frequency"]
        if not (f0 > 0).any():
            break
        q25, q75 = np.quantile(f0[f0 > 0], [0.25, 0.75])
        low, high = max(40.0, 0.75 * q25), min(600.0, 2.5 * q75)
    return pitch.xs(), np.where(f0 > 0, f0, np.nan)


def pyin(clip: Clip) -> Contour:
    import librosa

    f0, _, _ = librosa.pyin(
        clip.samples, fmin=60, fmax=600, sr=clip.rate_hz, frame_length=1024, hop_length=clip.rate_hz // 100
    )
    return np.arange(len(f0)) / 100, f0


def noisy(clip: Clip, rng: np.random.Generator) -> Clip:
    level = np.sqrt(np.mean(clip.samples**2) / 10**1.5)
    return Clip((clip.samples + rng.normal(0, level, len(clip.samples))).astype(np.float32), clip.rate_hz)


def telephone(clip: Clip, rng: np.random.Generator) -> Clip:
    """A band of 300 to 3400 Hz, with noise at 15 dB in it."""
    spectrum = np.fft.rfft(noisy(clip, rng).samples)
    hz = np.fft.rfftfreq(len(clip.samples), 1 / clip.rate_hz)
    spectrum[(hz < 300) | (hz > 3400)] = 0
    return Clip(np.fft.irfft(spectrum, len(clip.samples)).astype(np.float32), clip.rate_hz)


CONDITIONS: dict[str, Callable[[Clip, np.random.Generator], Clip]] = {
    "clean": lambda clip, rng: clip,
    "noise at 15 dB": noisy,
    "telephone, noise at 15 dB": telephone,
}


def _range_semitones(f0_hz: np.ndarray) -> float:
    low, high = np.nanquantile(12 * np.log2(f0_hz), RANGE_QUANTILES)
    return float(high - low)


def compare(paths: list[Path], tracker: Callable[[Clip], Contour]) -> dict[str, dict[str, float]]:
    """Compared with the other tracker on the clean clip, by condition."""
    rng = np.random.default_rng(0)
    clips = [read_clip(path) for path in paths]
    tracker(clips[0])  # loads and compiles what it needs, so that this is not counted
    truths, their_seconds = [], []
    for clip in clips:
        start = time.process_time()
        truths.append(tracker(clip))
        their_seconds.append((time.process_time() - start) * 3.5 / clip.duration_s)
    result = {}
    for name, condition in CONDITIONS.items():
        rows, seconds = [], []
        for clip, (times, f0) in zip(clips, truths, strict=True):
            heard = condition(clip, rng)
            start = time.process_time()
            ours = track_pitch(heard)
            seconds.append((time.process_time() - start) * 3.5 / clip.duration_s)
            at = np.clip(np.round((ours.times_s - times[0]) / 0.01).astype(int), 0, len(f0) - 1)
            both = ours.voiced & np.isfinite(f0[at])
            if not both.any():
                continue
            off = np.abs(12 * np.log2(ours.f0_hz[both] / f0[at][both]))
            rows.append(
                (
                    100 * np.mean(off > 1),
                    100 * np.mean(off > 9),
                    100 * np.mean(ours.voiced != np.isfinite(f0[at])),
                    abs(12 * np.log2(np.nanmedian(ours.f0_hz) / np.nanmedian(f0))),
                    abs(pitch_range_semitones(ours) - _range_semitones(f0)),
                )
            )
        off_1, off_octave, voicing, median, _ = np.mean(rows, axis=0)
        result[name] = {
            "frames off by more than 1 semitone, %": off_1,
            "by more than 9 semitones, %": off_octave,
            "voicing decided otherwise, %": voicing,
            "median of a clip off by, semitones": median,
            "range of a clip off by, semitones (median)": float(np.median([row[4] for row in rows])),
            "CPU time a 3.5 s clip, ms": 1000 * float(np.median(seconds)),
            "CPU time of the other, ms": 1000 * float(np.median(their_seconds)),
        }
    return result


def without_flattening(paths: list[Path], tracker: Callable[[Clip], Contour]) -> dict[str, dict[str, float]]:
    """The same without the flattened autocorrelation that penalises candidates."""
    with mock.patch.object(pitch, "_FLATTENING_COST", 0.0):
        return compare(paths, tracker)
