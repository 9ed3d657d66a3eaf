"""Saliency for an emotion in a recording: in which window, and at which moments and frequencies of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ser_core.dsp.conditioning import condition
from ser_core.errors import ModelError
from ser_core.features.whisper_log_mel import FRAMES_PER_S, FREQUENCIES_HZ, N_MELS
from ser_core.labels import Emotion
from ser_core.models.encoder_runner import EncoderRunner
from ser_core.models.network_runner import NetworkRunner
from ser_core.recognition.occlusion import Places, occlusion_saliency, span_saliency
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
    """Whether saliency can be computed for this model, which has to be a network over a log-mel."""
    return isinstance(recogniser.runner, NetworkRunner | EncoderRunner)


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
    if not isinstance(runner, NetworkRunner | EncoderRunner):
        raise ModelError(
            "{name} uses averages over the whole sound, in which no moment stands out.", name=recogniser.name
        )
    whole_s = runner.card.chunk_s if isinstance(runner, EncoderRunner) else runner.window_s
    start_s, end_s = _window(report, whole_s, runner.window_s, emotion)
    lead_s = min(_LEAD_S, start_s)
    led = cut(start_s - lead_s, end_s)
    window = led.between(lead_s, led.duration_s)
    heard = condition(led).between(lead_s, led.duration_s)
    answer = recogniser.labels.index(emotion)
    saliency = (
        _of_network(runner, heard, answer) if isinstance(runner, NetworkRunner) else _of_encoder(runner, heard, answer)
    )
    return SalientWindow(emotion, window, start_s, saliency)


def _of_network(runner: NetworkRunner, window: Clip, answer: int) -> Saliency:
    card = runner.card
    heard = runner.prepare(window)
    # Of speech that just exceeds its window the model hears the middle.
    surplus = max(0, len(heard.frames) - card.n_frames)
    frames = heard.frames[surplus // 2 :][: card.n_frames]
    return occlusion_saliency(
        frames,
        lambda frames: runner.run(replace(heard, frames=frames)) / card.calibration.temperature,
        answer,
        card.features,
        start_s=heard.start_s + surplus // 2 / card.features.frames_per_s,
    )


def _of_encoder(runner: EncoderRunner, window: Clip, answer: int) -> Saliency:
    passage = runner.prepare(window).passage
    return span_saliency(
        passage.log_mel,
        lambda log_mel, spans: runner.answers(log_mel, spans) / runner.card.calibration.temperature,
        answer,
        Places(FRAMES_PER_S, passage.start_s, *FREQUENCIES_HZ, N_MELS),
    )


def _window(report: Report, whole_s: float, window_s: float, emotion: Emotion) -> tuple[float, float]:
    """First and last moment of what is explained: recordings of up to `whole_s` whole, of others a window."""
    if report.duration_s <= whole_s:
        return 0.0, report.duration_s
    scores = [segment.prediction.scores.get(emotion, 0.0) for segment in report.timeline]
    most = report.timeline[int(np.argmax(scores))]
    # As a step of the timeline is heard: with the window around it, moved inwards at the edges.
    start_s = (most.start_s + most.end_s - window_s) / 2
    start_s = min(max(0.0, start_s), report.duration_s - window_s)
    return start_s, start_s + window_s
