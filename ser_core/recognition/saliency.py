"""Saliency for an emotion in a recording: in which window, and at which moments and frequencies of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ser_core.dsp.conditioning import condition
from ser_core.errors import ModelError
from ser_core.labels import Emotion
from ser_core.models.runner import NetworkRunner
from ser_core.recognition.occlusion import occlusion_saliency
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Clip, Report, Saliency

# The filter that conditions the sound has forgotten by then that it began in the middle of a recording.
_LEAD_S = 0.15


@dataclass(frozen=True, eq=False)
class SalientWindow:
    """The evidence for an emotion in a recording.

    Attributes:
        emotion: the emotion that is explained.
        window: the sound in which it is explained: the recording, or the part of it that sounds most like the emotion.
        start_s: moment of the recording at which the window begins.
        saliency: the places in the window that speak for the emotion, their moments counted from its start.
    """

    emotion: Emotion
    window: Clip
    start_s: float
    saliency: Saliency


def has_saliency(recogniser: Recogniser) -> bool:
    """Whether saliency can be computed for this model, which has to be a network over the log-mel."""
    return isinstance(recogniser.runner, NetworkRunner)


def salient_window(
    report: Report, cut: Callable[[float, float], Clip], recogniser: Recogniser, emotion: Emotion
) -> SalientWindow:
    """The moments and frequencies of a recording that speak for an emotion.

    Args:
        report: what the model heard in the recording, over time as well.
        cut: the recording's sound from one moment to another, in seconds.
        recogniser: the model that made the report.
        emotion: what to explain: the answer, or another emotion that the model knows.

    In a recording that is longer than the model's window, the window around the moment that sounded most like the
    emotion is explained: masking parts of every window would take a minute of work for a minute of sound. Statistics of
    the whole window, which a model may use beside its log-mel, are left unchanged. Raises ModelError for a model
    without saliency, AudioError as `cut` does.
    """
    runner = recogniser.runner
    if not isinstance(runner, NetworkRunner):
        raise ModelError(f"{recogniser.name} uses averages over the whole sound, in which no moment stands out.")
    start_s, end_s = _window(report, runner.window_s, emotion)
    lead_s = min(_LEAD_S, start_s)
    led = cut(start_s - lead_s, end_s)
    window = led.between(lead_s, led.duration_s)
    card = runner.card
    heard = runner.prepare(condition(led).between(lead_s, led.duration_s))
    # Of speech that is slightly longer than its window, the model hears the middle.
    surplus = max(0, len(heard.frames) - card.n_frames)
    frames = heard.frames[surplus // 2 :][: card.n_frames]
    saliency = occlusion_saliency(
        frames,
        lambda frames: runner.run(replace(heard, frames=frames)) / card.calibration.temperature,
        recogniser.labels.index(emotion),
        card.features,
        start_s=heard.start_s + surplus // 2 / card.features.frames_per_s,
    )
    return SalientWindow(emotion, window, start_s, saliency)


def _window(report: Report, window_s: float, emotion: Emotion) -> tuple[float, float]:
    """First and last moment of the window that is explained."""
    if report.duration_s <= window_s:
        return 0.0, report.duration_s
    scores = [segment.prediction.scores.get(emotion, 0.0) for segment in report.timeline]
    most = report.timeline[int(np.argmax(scores))]
    # As a step of the timeline is heard: with the window around it, moved inwards at the edges.
    start_s = (most.start_s + most.end_s - window_s) / 2
    start_s = min(max(0.0, start_s), report.duration_s - window_s)
    return start_s, start_s + window_s
