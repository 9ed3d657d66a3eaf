"""A recording's report, the part of it that is looked at closely, and its reasons; each computed once a session."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from ser_core import audio
from ser_core.errors import NoSpeechError
from ser_core.figures import SoundView, survey
from ser_core.labels import Emotion
from ser_core.recognition import analyse
from ser_core.recognition.recogniser import Recogniser
from ser_core.recognition.saliency import Listening, where_it_listened
from ser_core.records import Clip, Report
from ui.analyse.sources import Recording
from ui.server import watch
from ui.shared import loaders, memory

# What the detailed pictures show at once: more would not be told apart on a screen, and its sound would not
# fit the memory of a small server.
PART_S = 60.0

_LISTENING = "Listening …"


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a recording of at most `PART_S`: its sound and what its pictures show."""

    clip: Clip
    view: SoundView


def report_of(recording: Recording) -> Report:
    """What the recording sounds like, with a progress bar while that is found out. Raises NoSpeechError when nobody
    speaks in it, or another SerError.
    """
    recogniser = loaders.chosen_recogniser()

    def compute() -> Report | NoSpeechError:
        bar = st.progress(0.0, text=_LISTENING)

        def show(share: float) -> None:
            bar.progress(share, text=_LISTENING)

        try:
            with watch.analysis("analyse", recording.data) as watched:
                report = analyse.analyse(recording.data, name=recording.name, recogniser=recogniser, on_progress=show)
                watched.duration_s = report.duration_s
                return report
        except NoSpeechError as error:
            # Another one: this one holds on to the sound, by its traceback.
            return NoSpeechError(error.duration_s)
        finally:
            bar.empty()

    report = memory.once(("report", recording.digest, recording.name, recogniser.name), compute)
    if isinstance(report, NoSpeechError):
        raise NoSpeechError(report.duration_s)
    return report


def part_of(recording: Recording, start_s: float) -> Part:
    """The part of the recording that begins at `start_s`. Raises AudioError."""

    def compute() -> Part:
        with st.spinner("Drawing …"):
            clip = _cut(recording.data, start_s, start_s + PART_S)
            return Part(clip, survey(clip))

    return memory.once(("part", recording.digest, start_s), compute)


def reasons_of(recording: Recording, report: Report, recogniser: Recogniser, emotion: Emotion) -> Listening:
    """What speaks for an emotion in the recording, which `recogniser` made the report of. Raises AudioError."""

    def compute() -> Listening:
        with st.spinner("Asking the model again, parts of the sound taken away …"):
            return where_it_listened(report, partial(_cut, recording.data), recogniser, emotion)

    return memory.once(("reasons", recording.digest, recogniser.name, emotion), compute)


def _cut(data: bytes, start_s: float, end_s: float) -> Clip:
    """The sound from one moment to another, holding no more of the recording than that."""
    pieces: list[Clip] = []
    at_s = 0.0
    for block in audio.read_blocks(data):
        piece = block.between(start_s - at_s, end_s - at_s)
        if len(piece.samples):
            pieces.append(piece)
        at_s += block.duration_s
        if at_s >= end_s:
            break
    return Clip(np.concatenate([piece.samples for piece in pieces]), pieces[0].rate_hz)
