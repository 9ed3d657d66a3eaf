"""From a clip to what a network is given: the spoken part, normalised, in a window of fixed length."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ser_core.features.functionals import functionals
from ser_core.features.logmel import LogMelConfig, log_mel, power_spectrum, to_log_mel
from ser_core.records import Clip

Frames = npt.NDArray[np.float32]

# Frames whose loudest band stays this far under the clip's loudest are silence before and after the speech.
_SILENCE_DB = 40.0
# Windows over speech that is longer than one window overlap by half.
_WINDOW_HOP_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class ModelInput:
    """What a model is given of a clip's spoken part.

    Attributes:
        frames: normalised log-mel, float32, shape (frames, n_mels).
        functionals: statistics of the whole, float32, shape (functionals,).
        start_s: moment of the clip at which the first frame lies, in seconds.
    """

    frames: Frames
    functionals: npt.NDArray[np.float32]
    start_s: float = 0.0


def model_input(clip: Clip, config: LogMelConfig) -> ModelInput:
    """Frames and functionals of the clip without the silence around the speech.

    The log-mel is normalised by one mean and one deviation over all its cells: the level of the recording goes, the
    shape of the spectrum and its movement stay. Trials on RAVDESS favoured this over normalising each band by itself.
    Raises AudioError as `log_mel` does.
    """
    power = power_spectrum(clip, config)
    level_db = to_log_mel(power, config)
    first, last = _spoken(level_db)
    level_db = level_db[first:last]
    frames = (level_db - level_db.mean()) / (level_db.std() + 1e-3)
    samples = clip.samples[first * config.hop_length : last * config.hop_length]
    return ModelInput(frames, functionals(power[first:last], samples, config), first / config.frames_per_s)


def windows_of_speech(clip: Clip, config: LogMelConfig, n_frames: int) -> tuple[ModelInput, ...]:
    """What a model with a window of `n_frames` is given of a clip: its speech, whole where it fits into one window,
    else in windows that overlap by half. Raises AudioError as `log_mel` does.
    """
    first, last = _spoken(log_mel(clip, config))
    extra = last - first - n_frames
    if extra <= 0:
        return (model_input(clip, config),)
    n = 1 + int(np.ceil(extra / (n_frames * _WINDOW_HOP_SHARE)))
    starts_s = np.linspace(first, first + extra, n) / config.frames_per_s
    window_s = n_frames / config.frames_per_s
    return tuple(model_input(clip.between(start_s, start_s + window_s), config) for start_s in starts_s)


def _spoken(level_db: Frames) -> tuple[int, int]:
    """First frame of the speech, and the one after its last."""
    loudest_db = level_db.max(axis=1)
    spoken = np.flatnonzero(loudest_db > loudest_db.max() - _SILENCE_DB)
    return int(spoken[0]), int(spoken[-1]) + 1


def fit_window(frames: Frames, n_frames: int, start: int | None = None) -> Frames:
    """Exactly `n_frames` of `frames`: cut from `start` (the middle by default), or zeros added at the end."""
    extra = len(frames) - n_frames
    if extra >= 0:
        start = extra // 2 if start is None else start
        return frames[start : start + n_frames]
    return np.pad(frames, ((0, -extra), (0, 0)))
