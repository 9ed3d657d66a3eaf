"""The input of a network: the spoken part of a clip, normalised, in a window of fixed length."""

from dataclasses import dataclass, replace

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray, Frames
from ser_core.features.functionals import functionals
from ser_core.features.log_mel import LogMelConfig, log_mel, part_of_spectrum, power_spectrum, to_log_mel
from ser_core.records import Clip

# Frames whose loudest band is this far below the clip's loudest are silence before and after the speech.
_SILENCE_DB = 40.0
# If a recording begins or ends without such silence, stretches there that are this far below the speech for longer than
# this are noise or other people. Levels are means over some time, and speech is the highest level nearby.
_BACKGROUND_S = 0.3
_BACKGROUND_DB = 11.0
_LEVEL_S = 0.4
_REACH_S = 5.0
# How much of such background is kept, for soft beginnings and ends of words.
_MARGIN_S = 0.1
# Windows over speech that is longer than one window overlap by half.
_WINDOW_HOP_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class ModelInput:
    """The model's input for the spoken part of a clip.

    Attributes:
        frames: normalised log-mel, float32, shape (frames, n_mels).
        functionals: statistics of the whole part, float32, shape (functionals,).
        start_s: time of the first frame in the clip, in seconds.
    """

    frames: Frames
    functionals: FloatArray
    start_s: float = 0.0


def model_input(clip: Clip, config: LogMelConfig) -> ModelInput:
    """Frames and functionals of the clip without the silence or the noise around the speech.

    The log-mel is normalised by one mean and one deviation over all its cells, which removes the level of the recording
    and keeps the shape and movement of the spectrum. In trials on RAVDESS this was better than normalising each band.
    Raises AudioError as `log_mel` does.
    """
    return _input(power_spectrum(clip, config), clip, config)


def windows_of_speech(clip: Clip, config: LogMelConfig, n_frames: int) -> tuple[ModelInput, ...]:
    """What a model with a window of `n_frames` is given of a clip: its speech, whole where it fits into one window,
    else in windows that overlap by half. Raises AudioError as `log_mel` does.
    """
    power = power_spectrum(clip, config)
    level_db = to_log_mel(power, config)
    first, last = _spoken(level_db, config)
    extra = last - first - n_frames
    if extra <= 0:
        return (_spoken_input(power, level_db, first, last, clip, config),)
    n = 1 + int(np.ceil(extra / (n_frames * _WINDOW_HOP_SHARE)))
    return tuple(
        _window(power, clip, start, n_frames, config) for start in np.linspace(first, first + extra, n).tolist()
    )


def _window(power: FloatArray, clip: Clip, start: float, n_frames: int, config: LogMelConfig) -> ModelInput:
    """A window of a clip that has this power spectrum, from frame `start` on, which may lie between two.

    From its own sound: the frames at its edges, half empty as in training, move an answer by up to 0.07.
    """
    start_s, window_s = start / config.frames_per_s, n_frames / config.frames_per_s
    sound = clip.between(start_s, start_s + window_s)
    own = part_of_spectrum(power, sound, int(start), config) if start.is_integer() else power_spectrum(sound, config)
    heard = _input(own, sound, config)
    return replace(heard, start_s=start_s + heard.start_s)


def _input(power: FloatArray, clip: Clip, config: LogMelConfig) -> ModelInput:
    """What a model is given of a clip that has this power spectrum."""
    level_db = to_log_mel(power, config)
    return _spoken_input(power, level_db, *_spoken(level_db, config), clip, config)


def _spoken_input(
    power: FloatArray, level_db: Frames, first: int, last: int, clip: Clip, config: LogMelConfig
) -> ModelInput:
    """The same from its log-mel and the bounds of the speech in it."""
    statistics = functionals(
        power[first:last], clip.samples[first * config.hop_length : last * config.hop_length], config
    )
    return ModelInput(_normalised(level_db[first:last]), statistics, first / config.frames_per_s)


def spoken_frames(clip: Clip, config: LogMelConfig) -> Frames:
    """The frames of `model_input` alone. Raises AudioError as `log_mel` does."""
    level_db = log_mel(clip, config)
    first, last = _spoken(level_db, config)
    return _normalised(level_db[first:last])


def _normalised(level_db: Frames) -> Frames:
    normalised: Frames = (level_db - level_db.mean()) / (level_db.std() + 1e-3)
    return normalised


def _sounding(level_db: Frames) -> tuple[int, int]:
    """The first frame that is not silence, and the frame after the last."""
    loudest_db = level_db.max(axis=1)
    sounding = np.flatnonzero(loudest_db > loudest_db.max() - _SILENCE_DB)
    return int(sounding[0]), int(sounding[-1]) + 1


def _spoken(level_db: Frames, config: LogMelConfig) -> tuple[int, int]:
    """The first frame of the speech, and the frame after its last."""
    first, last = _sounding(level_db)
    around = round(_LEVEL_S * config.frames_per_s / 2)
    power = np.pad(np.sum(np.exp(level_db * np.float32(np.log(10) / 10)), axis=1), around, mode="edge")
    level = np.convolve(power, np.full(2 * around + 1, 1 / (2 * around + 1)), mode="valid")
    return _onset(level, first, config), len(level) - _onset(level[::-1], len(level) - last, config)


def _onset(level: DoubleArray, first: int, config: LogMelConfig) -> int:
    """The first frame of the speech where `first` is the first that is not silence: `level` is the power of each
    frame, shape (frames,).
    """
    longest = round(_BACKGROUND_S * config.frames_per_s)
    if first > longest:
        return first
    ahead = level[: round(_REACH_S * config.frames_per_s)]
    speech = int(np.argmax(ahead > ahead.max() * 10 ** (-_BACKGROUND_DB / 10)))
    return first if speech <= longest else max(first, speech - round(_MARGIN_S * config.frames_per_s))


def fit_window(frames: Frames, n_frames: int, start: int | None = None) -> Frames:
    """Exactly `n_frames` of `frames`: cut from `start` (the middle by default), or zeros added at the end."""
    extra = len(frames) - n_frames
    if extra >= 0:
        start = extra // 2 if start is None else start
        return frames[start : start + n_frames]
    return np.pad(frames, ((0, -extra), (0, 0)))
