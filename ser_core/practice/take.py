"""A take: what it sounds like, how it was spoken, and what a session keeps of it."""

from dataclasses import dataclass, replace
from pathlib import Path

from ser_core.adaptation.enrolment import ASKED_S, Enrolment, enrol
from ser_core.audio import read_clip, read_recording, to_wav
from ser_core.dsp.conditioning import condition
from ser_core.errors import AudioError
from ser_core.labels import Emotion
from ser_core.practice.delivery import Delivery, judge_delivery
from ser_core.practice.task import Task
from ser_core.prosody import Prosody, measure_prosody
from ser_core.recognition.analyse import analyse
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Clip, Report
from ser_core.speech import sounds_like_speech
from ser_core.text.outcome import Outcome, outcome

# Practice is about a few sentences; twice what the page's recorder takes.
MAX_TAKE_S = 120.0
# Values with less trust than this may have changed because of the room.
_MIN_CONFIDENCE = 0.3


@dataclass(frozen=True)
class Take:
    """What a session keeps of a take: a few kB, and its sound.

    Attributes:
        number: 1 for the first take of the session.
        task: its task.
        report: what it sounds like.
        delivery: how it was spoken.
        wav: its sound as a WAV file.
    """

    number: int
    task: Task
    report: Report
    delivery: Delivery
    wav: bytes

    @property
    def target(self) -> Emotion:
        """The emotion aimed for."""
        return self.task.target

    @property
    def outcome(self) -> Outcome:
        """How the target came across."""
        return outcome(self.report.prediction.claim, self.target)

    @property
    def target_probability(self) -> float | None:
        """Probability of the target; None when the model does not know it."""
        return self.report.prediction.scores.get(self.target)

    def value(self, name: str) -> float | None:
        """A delivery value by name; None if it is unknown, or not reliable enough for comparison."""
        trusted = self.delivery.confidence.get(name, 0.0) >= _MIN_CONFIDENCE
        return self.delivery.values.get(name) if trusted else None


@dataclass(frozen=True, eq=False)
class TakeResult:
    """A new take, with everything that its pictures need.

    Attributes:
        take: what the session keeps of it.
        clip: its sound.
        prosody: its measurements.
    """

    take: Take
    clip: Clip
    prosody: Prosody


def judge_take(
    source: bytes | Path,
    task: Task,
    number: int = 1,
    *,
    name: str,
    recogniser: Recogniser,
    enrolment: Enrolment | None = None,
) -> TakeResult:
    """What a take of a task sounds like and how it was spoken; it is the session's `number`th.

    With an enrolment, its values are relative to that voice. Raises NoSpeechError when nobody speaks in the
    recording, AudioError when it cannot be used or is longer than `MAX_TAKE_S`, ModelError when the model cannot.
    """
    read = read_recording(source, max_duration_s=MAX_TAKE_S)
    clip = read.clip
    report = analyse(read, name=name, recogniser=recogniser, neutral=enrolment.neutral if enrolment else None)
    prosody = measure_prosody(clip)
    delivery = judge_delivery(prosody, task.target, enrolment)
    return TakeResult(Take(number, task, report, delivery, to_wav(clip)), clip, prosody)


def neutral_voice(source: bytes | Path, recogniser: Recogniser) -> Enrolment:
    """Enrols a speaker from about ten seconds of plain speech.

    Raises AudioError when the recording cannot be used, is longer than `MAX_TAKE_S`, holds too little voice or none
    that speaks.
    """
    clip = read_clip(source, max_duration_s=MAX_TAKE_S)
    enrolment = enrol(clip)
    heard = condition(clip)
    if not sounds_like_speech(heard):
        raise AudioError(
            "No speech was heard in this recording: it sounds like noise or music. Read a text aloud "
            "for about {seconds:.0f} seconds, close to the microphone.",
            seconds=ASKED_S,
        )
    return replace(enrolment, neutral=recogniser.enrol(heard))
