"""The whole flow on one screen: a recording in, a report out."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ser_core import audio
from ser_core.arrays import DoubleArray
from ser_core.claim import NO_SPEECH
from ser_core.dsp.conditioning import conditioned
from ser_core.errors import AudioError, NoSpeechError
from ser_core.models.runner import Window
from ser_core.notices import Notice, NoticeCode
from ser_core.recognition.affect import affect_of
from ser_core.recognition.recogniser import Recogniser, load_recogniser
from ser_core.records import Clip, NeutralLogits, Prediction, Report, Segment, joined
from ser_core.speech import Heard, SpeechMeter, find_speech
from ser_core.text import answer
from ser_core.text import notices as told
from ser_core.text.cells import as_text

# Longer recordings are never held whole: they are read and heard block by block.
WHOLE_UP_TO_S = 60.0
# Longer ones are heard once, without overlap: an hour must not take minutes.
_FINE_UP_TO_S = 600.0
# A window in which somebody speaks for less than this holds the end of a word at most.
_LEAST_SPEECH_S = 0.2
# What is said of the whole recording rests on windows that are mostly speech: in one that holds but a word of it, the
# music before it would have the say.
_SHARE_OF_WHOLE = 0.5


def analyse(
    source: Clip | audio.Decoded | audio.Source | str,
    *,
    name: str | None = None,
    recogniser: Recogniser | None = None,
    neutral: NeutralLogits | None = None,
    timeline: bool = False,
    channel: int | None = None,
    on_progress: Callable[[float], None] = lambda share: None,
) -> Report:
    """Which emotion a recording sounds like, as a whole and, where it is asked for, over time.

    Args:
        source: the recording: its sound, what was read of it, its file's bytes, the path of its file, or where else its
            bytes are read.
        name: what to call it in the report; the path's name by default.
        recogniser: the model to ask; the configured one by default.
        neutral: how the speaker's neutral voice sounds to the model (`Recogniser.enrol`); the answer is then relative
            to it.
        timeline: whether the report says how the answer changes over time.
        channel: which channel of a file is heard, counted from 0; all of them mixed when None.
        on_progress: called with the share that is done, 0 to 1.

    Stretches in which nobody speaks (silence, noise, music) have no part in it. Raises NoSpeechError when that is all
    of the recording, AudioError when it cannot be used, ModelError when the model cannot.
    """
    if isinstance(source, str):
        source = Path(source)
    name = name or (source.name if isinstance(source, Path) else "recording")
    recogniser = recogniser or load_recogniser()
    with ExitStack() as stack:
        notices: Callable[[], tuple[Notice, ...]] = tuple
        if isinstance(source, Clip):
            raw: Iterator[Clip] = iter([source])
        elif isinstance(source, audio.Decoded):
            raw, notices = iter([source.clip]), partial(tuple, source.notices)
        else:
            recording = stack.enter_context(audio.open_recording(source, channel=channel))
            raw, notices = recording.blocks(), lambda: recording.notices
        blocks = conditioned(raw)
        held: list[Clip] = []
        for block in blocks:
            held.append(block)
            if sum(each.duration_s for each in held) > WHOLE_UP_TO_S:
                heard = _hear_along(_chained(held, blocks), _duration_s(source), recogniser, on_progress)
                break
        else:
            on_progress(0.5)
            heard = _hear_whole(joined(held), recogniser, timeline)
        on_progress(1.0)
        return heard.report(name, recogniser, neutral, timeline, notices())


def _duration_s(source: Clip | audio.Decoded | audio.Source) -> float:
    if isinstance(source, Clip):
        return source.duration_s
    return source.clip.duration_s if isinstance(source, audio.Decoded) else audio.probe(source).duration_s


@dataclass(frozen=True, eq=False)
class _Output:
    """The model's output for one window, before the softmax."""

    start_s: float
    end_s: float
    logits: DoubleArray


@dataclass(frozen=True, eq=False)
class _Outputs:
    """What a model and the speech detector made of a recording.

    Attributes:
        speech: where somebody speaks.
        whole: for the answer of the recording as a whole.
        along: for the answers over time, if they are wanted; those of `whole` in a long recording.
    """

    duration_s: float
    speech: Heard
    whole: tuple[_Output, ...]
    along: tuple[_Output, ...]

    def report(
        self,
        name: str,
        recogniser: Recogniser,
        neutral: NeutralLogits | None,
        timeline: bool,
        notices: tuple[Notice, ...],
    ) -> Report:
        """What is claimed, of the windows in which there is speech."""
        whole = recogniser.conclude([each.logits for each in self._spoken(self.whole, _SHARE_OF_WHOLE)], neutral)
        segments = tuple(
            Segment(each.start_s, each.end_s, recogniser.conclude([each.logits], neutral))
            for each in (self._spoken(self.along, 0.0) if timeline else ())
        )
        if self.speech.background:
            notices = (*notices, Notice(NoticeCode.BACKGROUND))
        return Report(name, self.duration_s, whole, segments, notices)

    def _spoken(self, outputs: tuple[_Output, ...], share: float) -> tuple[_Output, ...]:
        """The windows in which somebody speaks for at least this share of the most that any window holds.

        All of them where that leaves none.
        """
        if len(outputs) < 2:
            return outputs
        speech_s = self.speech.seconds_of_speech([each.start_s for each in outputs], [each.end_s for each in outputs])
        least_s = max(_LEAST_SPEECH_S, share * float(speech_s.max()))
        return tuple(each for each, long_s in zip(outputs, speech_s, strict=True) if long_s >= least_s) or outputs


def _hear_whole(clip: Clip, recogniser: Recogniser, timeline: bool) -> _Outputs:
    """A recording that fits into memory, whose speech is trimmed before it is cut into windows."""
    speech = find_speech(clip)
    _require_speech(speech)
    runner = recogniser.runner
    if timeline and clip.duration_s > runner.window_s:
        whole, along = (tuple(_outputs(windows, recogniser)) for windows in runner.whole_and_along(clip))
    else:
        whole = tuple(_outputs(runner.windows(clip), recogniser))
        along = tuple(_Output(0.0, clip.duration_s, each.logits) for each in whole) if timeline else ()
    return _Outputs(clip.duration_s, speech, whole, along)


def _hear_along(
    blocks: Iterable[Clip], duration_s: float, recogniser: Recogniser, on_progress: Callable[[float], None]
) -> _Outputs:
    """A recording that is heard while it is read."""
    progress = _Progress(duration_s, on_progress)
    is_long = duration_s > _FINE_UP_TO_S
    meter = SpeechMeter()
    runner = recogniser.runner
    step_s = runner.window_s if is_long else runner.step_s
    along = tuple(_outputs(runner.along(meter.watch(progress.watch(blocks)), step_s), recogniser))
    if not along:
        raise AudioError("The recording is too quiet throughout to hear a voice in it. Record closer or louder.")
    speech = meter.heard
    _require_speech(speech)
    return _Outputs(speech.duration_s, speech, along, along)


def _require_speech(speech: Heard) -> None:
    if not speech.is_speech():
        raise NoSpeechError(speech.duration_s)


def _outputs(windows: Iterable[Window[Any]], recogniser: Recogniser) -> Iterator[_Output]:
    for window in windows:
        yield _Output(window.start_s, window.end_s, recogniser.runner.run(window.given))


def report_dict(report: Report, *, timeline: bool = True) -> dict[str, Any]:
    """The report as plain values: what `ser predict --json` prints, and the answers over time."""
    plain: dict[str, Any] = {
        "file": report.file,
        "duration_s": round(report.duration_s, 3),
        "model": report.prediction.model,
        **plain_prediction(report.prediction),
    }
    plain["warnings"] = [told.values(notice) for notice in report.notices]
    if report.adapted_by:
        plain["adapted_by"] = report.adapted_by
    if timeline:
        plain["timeline"] = [
            {"start_s": round(s.start_s, 3), "end_s": round(s.end_s, 3), **plain_prediction(s.prediction)}
            for s in report.timeline
        ]
    return plain


def no_speech_dict(file: str, duration_s: float, model: str) -> dict[str, Any]:
    """What takes the place of `report_dict` for a recording in which nobody speaks, with the same keys."""
    return {
        "file": file,
        "duration_s": round(duration_s, 3),
        "model": model,
        **answer.values(NO_SPEECH),
        "scores": {},
        "valence": None,
        "arousal": None,
        "tone": None,
        "warnings": [],
    }


def plain_prediction(prediction: Prediction) -> dict[str, Any]:
    """An answer as plain values."""
    scores = {label.value: round(score, 4) for label, score in prediction.scores.items()}
    affect = affect_of(prediction.scores)
    return {
        **answer.values(prediction.claim),
        "scores": scores,
        "valence": round(affect.valence, 3),
        "arousal": round(affect.arousal, 3),
        "tone": affect.tone.value,
    }


def report_csv(report: Report) -> str:
    """The report as CSV: one row for the recording as a whole, then one a segment."""
    labels = list(report.prediction.scores)
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["file", "part", "start_s", "end_s", "answer", "emotion", "confidence", *(x.value for x in labels)])
    whole = Segment(0.0, report.duration_s, report.prediction)
    for part, segment in [("whole", whole), *(("segment", segment) for segment in report.timeline)]:
        heard = segment.prediction
        rows.writerow(
            [
                as_text(report.file),
                part,
                f"{segment.start_s:.3f}",
                f"{segment.end_s:.3f}",
                answer.name(heard.claim),
                heard.emotion.value,
                f"{heard.confidence:.4f}",
                *(f"{heard.scores[label]:.4f}" for label in labels),
            ]
        )
    return table.getvalue()


def _chained(held: list[Clip], blocks: Iterable[Clip]) -> Iterator[Clip]:
    """The blocks that are held, each let go once it has been given, and those that follow."""
    while held:
        yield held.pop(0)
    yield from blocks


class _Progress:
    """Counts seconds as blocks go by."""

    def __init__(self, expected_s: float, on_progress: Callable[[float], None]) -> None:
        self.expected_s = expected_s
        self.on_progress = on_progress
        self.done_s = 0.0

    def watch(self, blocks: Iterable[Clip]) -> Iterator[Clip]:
        for block in blocks:
            yield block
            self.done_s += block.duration_s
            self.on_progress(min(self.done_s / self.expected_s, 1.0))
