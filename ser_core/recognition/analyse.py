"""The whole flow on one screen: bytes or a path in, a report out."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from ser_core import audio
from ser_core.errors import AudioError, NoSpeechError
from ser_core.recognition.classic import AnyRecogniser, load_any_recogniser
from ser_core.recognition.recogniser import TIMELINE_STEP_S
from ser_core.records import Clip, OwnVoice, Prediction, Report, Segment
from ser_core.speech import Heard, SpeechMeter
from ser_core.text import answer

# Longer recordings are never held whole: they are read and heard block by block.
_WHOLE_UP_TO_S = 60.0
# Longer ones are heard once, without overlap: an hour must not take minutes.
_FINE_UP_TO_S = 600.0
# Whether somebody speaks in them is then judged now and then as well.
SPEECH_EVERY_S = 10.0


def analyse(
    source: bytes | Path | str,
    *,
    name: str | None = None,
    recogniser: AnyRecogniser | None = None,
    voice: OwnVoice | None = None,
    on_progress: Callable[[float], None] = lambda share: None,
) -> Report:
    """Which emotion a recording sounds like, as a whole and over time.

    Args:
        source: the recording's bytes, or the path of its file; WAV, MP3, OGG or FLAC.
        name: what to call it in the report; the path's name by default.
        recogniser: the model to ask; the configured one by default.
        voice: the speaker's own neutral voice (`Recogniser.own_voice`), which the answer is then relative to; for
            recordings of up to a minute, which have one speaker.
        on_progress: called with the share that is done, 0 to 1.

    Stretches in which nobody speaks (silence, noise, music) have no part in it. Raises NoSpeechError when that is all
    of the recording, AudioError when it cannot be used, ModelError when the model cannot.
    """
    if isinstance(source, str):
        source = Path(source)
    name = name or (source.name if isinstance(source, Path) else "recording")
    recogniser = recogniser or load_any_recogniser()
    duration_s = audio.probe(source).duration_s
    if duration_s <= _WHOLE_UP_TO_S:
        clip = audio.read_clip(source)
        on_progress(0.5)
        meter = SpeechMeter()
        meter.add(clip)
        _require_speech(meter.heard, clip.duration_s)
        prediction = recogniser.predict(clip, voice)
        whole: tuple[Segment, ...] = (Segment(0.0, clip.duration_s, prediction),)
        if clip.duration_s > recogniser.window_s:
            whole = tuple(recogniser.timeline([clip], voice=voice))
        timeline = _where_somebody_speaks(whole, meter.heard)
        if len(timeline) < len(whole):
            prediction = recogniser.summary(s.prediction for s in timeline)
        on_progress(1.0)
        return Report(name, clip.duration_s, prediction, timeline)
    progress = _Progress(duration_s, on_progress)
    is_long = duration_s > _FINE_UP_TO_S
    meter = SpeechMeter(SPEECH_EVERY_S) if is_long else SpeechMeter()
    blocks = meter.watch(progress.watch(audio.read_blocks(source)))
    timeline = tuple(recogniser.timeline(blocks, recogniser.window_s if is_long else TIMELINE_STEP_S))
    if not timeline:
        raise AudioError("The recording is too quiet throughout to hear a voice in it. Record closer or louder.")
    _require_speech(meter.heard, progress.done_s)
    timeline = _where_somebody_speaks(timeline, meter.heard)
    on_progress(1.0)
    return Report(name, progress.done_s, recogniser.summary(s.prediction for s in timeline), timeline)


def _require_speech(heard: Heard, duration_s: float) -> None:
    if not heard.is_speech():
        raise NoSpeechError(duration_s)


def _where_somebody_speaks(timeline: tuple[Segment, ...], heard: Heard) -> tuple[Segment, ...]:
    """The segments in which there may be speech; all of them where that leaves none."""
    kept = heard.with_speech([(segment.start_s + segment.end_s) / 2 for segment in timeline])
    return tuple(segment for segment, keep in zip(timeline, kept, strict=True) if keep) or timeline


def report_dict(report: Report, *, timeline: bool = True) -> dict[str, Any]:
    """The report as plain values: what `ser predict --json` prints, and the answers over time."""
    plain: dict[str, Any] = {
        "file": report.file,
        "duration_s": round(report.duration_s, 3),
        "model": report.prediction.model,
        **_plain(report.prediction),
    }
    if report.taught_by:
        plain["taught_by"] = report.taught_by
    if timeline:
        plain["timeline"] = [
            {"start_s": round(s.start_s, 3), "end_s": round(s.end_s, 3), **_plain(s.prediction)}
            for s in report.timeline
        ]
    return plain


def _plain(prediction: Prediction) -> dict[str, Any]:
    """An answer as plain values."""
    scores = {label.value: round(score, 4) for label, score in prediction.scores.items()}
    return {**answer.values(prediction.claim), "scores": scores}


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
                _as_text(report.file),
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


def _as_text(name: str) -> str:
    # A spreadsheet runs a cell that starts like a formula; a quote before it keeps a file name a name.
    return f"'{name}" if name[:1] in "=+-@\t\r" else name


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
