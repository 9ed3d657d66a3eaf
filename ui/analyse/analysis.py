"""A recording's sound, its report and its saliency; each once a session."""

from functools import partial

import streamlit as st

from ser_core import audio
from ser_core.errors import NoSpeechError
from ser_core.labels import Emotion
from ser_core.language import N_, _
from ser_core.recognition import analyse
from ser_core.recognition.analyse import WHOLE_UP_TO_S
from ser_core.recognition.recogniser import Recogniser
from ser_core.recognition.saliency import SalientWindow, salient_window
from ser_core.records import Clip, Report
from ui.analyse.sources import Recording
from ui.server import watch
from ui.server.turns import Turns, Urgency, turns_for
from ui.shared import loaders, memory, waiting

_LISTENING = N_("Listening …")


def report_of(recording: Recording) -> Report:
    """What the recording sounds like, with a progress bar while that is found out. Raises NoSpeechError when nobody
    speaks in it, or another SerError.
    """
    recogniser = loaders.chosen_recogniser()
    # There in every run, with or without a bar: a place that comes and goes would move all that is drawn after it, and
    # the browser would take that for new and fetch it again.
    place = st.empty()

    def compute() -> Report | NoSpeechError:
        bar = place.progress(0.0, text=_(_LISTENING))

        def show(share: float) -> None:
            bar.progress(share, text=_(_LISTENING))

        try:
            with (
                watch.analysis("analyse", recording.data) as watched,
                waiting.for_turn(turns_of(recording), show=lambda text: bar.progress(0.0, text=text)),
            ):
                report = analyse.analyse(
                    _sound_of(recording),
                    name=recording.name,
                    recogniser=recogniser,
                    timeline=True,
                    channel=recording.channel,
                    on_progress=show,
                )
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


def saliency_of(recording: Recording, report: Report, recogniser: Recogniser, emotion: Emotion) -> SalientWindow:
    """What speaks for an emotion in the recording, which `recogniser` made the report of. Raises AudioError."""

    def compute() -> SalientWindow:
        with (
            st.spinner(_("Asking the model again, parts of the sound taken away …")),
            waiting.for_turn(turns_of(recording), Urgency.PICTURES),
        ):
            return salient_window(report, partial(cut, recording), recogniser, emotion)

    return memory.once(("saliency", recording.digest, recogniser.name, emotion), compute)


def whole_sound(recording: Recording) -> Clip:
    """All of its sound, which is in memory already where it lasts no more than a minute. Raises AudioError."""
    sound = _sound_of(recording)
    return audio.read_clip(sound, channel=recording.channel) if isinstance(sound, bytes) else sound.clip


def turns_of(recording: Recording) -> Turns:
    """The queue in which the recording waits. Raises AudioError when it cannot be read."""
    return turns_for(_duration_s(recording))


def _duration_s(recording: Recording) -> float:
    """How long it is by its header."""
    return memory.once(("duration", recording.digest), lambda: audio.probe(recording.data).duration_s)


def _sound_of(recording: Recording) -> audio.Decoded | bytes:
    """The sound, decoded once; of a recording that is too long to be held, the bytes of its file."""

    def compute() -> audio.Decoded | bytes:
        is_short = _duration_s(recording) <= WHOLE_UP_TO_S
        return audio.read_recording(recording.data, channel=recording.channel) if is_short else recording.data

    return memory.once(("sound", recording.digest), compute)


def cut(recording: Recording, start_s: float, end_s: float) -> Clip:
    """The sound from one moment to another, holding no more of a long recording than that."""
    sound = _sound_of(recording)
    if not isinstance(sound, bytes):
        return sound.clip.between(start_s, end_s)
    return audio.read_between(sound, start_s, end_s, channel=recording.channel)
