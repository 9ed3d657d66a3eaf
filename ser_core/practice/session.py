"""Practice: a take towards a target, and what changed over the takes of one sitting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from ser_core.adaptation.enrolment import ASKED_S, Baseline, compute_baseline
from ser_core.audio import read_clip
from ser_core.errors import AudioError
from ser_core.labels import Emotion
from ser_core.practice.delivery import Delivery, delivery
from ser_core.practice.feedback import load_rules
from ser_core.prosody import MEASURES
from ser_core.recognition.analyse import analyse, report_dict
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Clip, Report
from ser_core.speech import sounds_like_speech
from ser_core.text.numbers import Number, amount, percent
from ser_core.text.outcome import Outcome, outcome, outcome_count, outcome_words

# Practice is about a few sentences; twice what the page's recorder takes.
MAX_TAKE_S = 120.0
# Under this trust a value may have moved because of the room.
_MIN_CONFIDENCE = 0.3


@dataclass(frozen=True, eq=False)
class Attempt:
    """A take just made, with all that its pictures need.

    Attributes:
        clip: its sound.
        target: the emotion aimed for.
        report: what it sounds like.
        delivery: how it was spoken.
    """

    clip: Clip
    target: Emotion
    report: Report
    delivery: Delivery


@dataclass(frozen=True)
class SittingTake:
    """What a sitting remembers of a take: plain values, some kB.

    Attributes:
        number: 1 for the first take of the sitting.
        target: the emotion aimed for.
        sentence: what was to be said; "" when it is not known.
        report: what it sounds like.
        delivery: how it was spoken, as `Delivery.to_dict` gives it.
    """

    number: int
    target: Emotion
    sentence: str
    report: Report
    delivery: Mapping[str, Any]

    @property
    def outcome(self) -> Outcome:
        """How the target came across."""
        return outcome(self.report.prediction, self.target)

    @property
    def target_probability(self) -> float | None:
        """Probability of the target; None when the model does not know it."""
        return self.report.prediction.scores.get(self.target)

    def value(self, name: str) -> float | None:
        """A delivery value by its name; None when it is not known, or not well enough to be compared."""
        trusted = self.delivery["confidence"].get(name, 0.0) >= _MIN_CONFIDENCE
        value = self.delivery.get(name)
        return float(value) if trusted and value is not None else None


class Direction(StrEnum):
    """Where a value moved, as seen from where the target's takes usually lie."""

    NEARER = "nearer"
    FURTHER = "further"
    INSIDE = "inside"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Change:
    """A value that changed by an amount that can be heard, from the first take to the last."""

    name: str
    first: float
    last: float
    direction: Direction


@dataclass(frozen=True)
class TargetProgress:
    """The takes of a sitting towards one target.

    Attributes:
        target: the emotion aimed for.
        takes: in the order in which they were made.
        changes: what changed from the first to the last; empty with a single take.
    """

    target: Emotion
    takes: tuple[SittingTake, ...]
    changes: tuple[Change, ...]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How each take came across."""
        return tuple(take.outcome for take in self.takes)

    def said(self, kind: str) -> str | None:
        """The first "praise" or "change" that was said about the last take."""
        advice = self._first(kind)
        return None if advice is None else str(advice["sentence"])

    def place(self, kind: str) -> str:
        """Where it can be heard: "take 2, at 0.8 s"."""
        advice = self._first(kind)
        number = self.takes[-1].number
        return f"take {number}" if advice is None else f"take {number}, at {advice['start_s']:.1f} s"

    def _first(self, kind: str) -> Mapping[str, Any] | None:
        return next((each for each in self.takes[-1].delivery["advice"] if each["kind"] == kind), None)


def attempt(
    source: bytes | Path, target: Emotion, *, name: str, recogniser: Recogniser, baseline: Baseline | None = None
) -> Attempt:
    """What a take sounds like and how it was spoken.

    With a baseline its values are seen relative to that voice. Raises NoSpeechError when nobody speaks in the
    recording, AudioError when it cannot be used or is longer than `MAX_TAKE_S`, ModelError when the model cannot.
    """
    clip = read_clip(source, max_duration_s=MAX_TAKE_S)
    report = analyse(source, name=name, recogniser=recogniser, voice=baseline.own_voice if baseline else None)
    return Attempt(clip, target, report, delivery(clip, target, baseline))


def neutral_voice(source: bytes | Path, recogniser: Recogniser) -> Baseline:
    """What takes are seen and heard relative to, from about ten seconds of plain speech.

    Raises AudioError when the recording cannot be used, is longer than `MAX_TAKE_S`, holds too little voice or none
    that speaks.
    """
    clip = read_clip(source, max_duration_s=MAX_TAKE_S)
    baseline = compute_baseline(clip)
    if not sounds_like_speech(clip):
        raise AudioError(
            f"No speech was heard in this recording: it sounds like noise or music. Read a text aloud for about "
            f"{ASKED_S:.0f} seconds, close to the microphone."
        )
    return replace(baseline, own_voice=recogniser.own_voice(clip))


def noted(made: Attempt, number: int, sentence: str = "") -> SittingTake:
    """What to remember of an attempt."""
    return SittingTake(number, made.target, sentence, made.report, made.delivery.to_dict())


def compare(first: SittingTake, last: SittingTake) -> tuple[Change, ...]:
    """What changed from one take to another towards the same target, in the order of `MEASURES`.

    Of the values that advice is given on, those that differ by at least what `MeasureInfo.noticeable` says.
    """
    advised = load_rules().advised
    changes = []
    for name, info in MEASURES.items():
        before, after = first.value(name), last.value(name)
        if name in advised and before is not None and after is not None and abs(after - before) >= info.noticeable:
            changes.append(Change(name, before, after, _direction(name, first, last)))
    return tuple(changes)


def summarise(takes: Sequence[SittingTake]) -> tuple[TargetProgress, ...]:
    """The takes by target, in the order in which the targets were first aimed for."""
    by_target: dict[Emotion, list[SittingTake]] = {}
    for take in takes:
        by_target.setdefault(take.target, []).append(take)
    return tuple(
        TargetProgress(target, tuple(of_it), compare(of_it[0], of_it[-1])) for target, of_it in by_target.items()
    )


def sitting_dict(takes: Sequence[SittingTake], ended_at: datetime) -> dict[str, Any]:
    """The report after a sitting, as plain values."""
    return {
        "ended_at": ended_at.isoformat(timespec="seconds"),
        "progress": [
            {
                "target": progress.target.value,
                "takes": len(progress.takes),
                "came_across": progress.outcomes.count(Outcome.CAME_ACROSS),
                "partly": progress.outcomes.count(Outcome.PARTLY),
                "first_probability": _rounded(progress.takes[0].target_probability),
                "last_probability": _rounded(progress.takes[-1].target_probability),
                "changes": [
                    {
                        "value": change.name,
                        "unit": MEASURES[change.name].unit,
                        "first": change.first,
                        "last": change.last,
                        "direction": change.direction.value,
                    }
                    for change in progress.changes
                ],
                "went_well": progress.said("praise"),
                "next_time": progress.said("change"),
            }
            for progress in summarise(takes)
        ],
        "takes": [
            {
                "number": take.number,
                "target": take.target.value,
                "sentence": take.sentence,
                "outcome": take.outcome.value,
                "target_probability": _rounded(take.target_probability),
                "report": report_dict(take.report, timeline=False),
                "delivery": dict(take.delivery),
            }
            for take in takes
        ],
    }


def sitting_text(takes: Sequence[SittingTake], ended_at: datetime) -> str:
    """The report after a sitting, to be read."""
    lines = [f"Practice on {ended_at:%Y-%m-%d, %H:%M}: {_counted(len(takes))}", ""]
    for progress in summarise(takes):
        lines.append(f"{progress.target.value.capitalize()}: {outcome_count(progress.outcomes)}")
        lines += [f"  take {take.number}: {_heard(take)}" for take in progress.takes]
        lines += [f"  {change_text(change, progress.target)}" for change in progress.changes]
        for kind, title in (("praise", "What went well"), ("change", "For next time")):
            if (sentence := progress.said(kind)) is not None:
                lines.append(f"  {title} ({progress.place(kind)}): {sentence}")
        lines.append("")
    lines.append("A model judges how a voice sounds, not what a person feels, and is often wrong.")
    return "\n".join(lines) + "\n"


_DIRECTIONS = {
    Direction.NEARER: "nearer to {target} takes",
    Direction.FURTHER: "further from {target} takes",
    Direction.INSIDE: "both as in {target} takes",
}


def change_text(change: Change, target: Emotion) -> str:
    """A change as a line: "Pitch range: 3.0 to 6.5 semitones, nearer to angry takes"."""
    info = MEASURES[change.name]
    first, last = Number(change.first), amount(change.last, info.unit, info.decimals)
    line = f"{info.label}: {first:.{info.decimals}f} to {last}"
    if change.direction is Direction.UNKNOWN:
        return line
    return f"{line}, {_DIRECTIONS[change.direction].format(target=load_rules().words[target])}"


def _direction(name: str, first: SittingTake, last: SittingTake) -> Direction:
    """By the distance from the middle half of the target's takes; unknown when the two were not seen alike."""
    placed = [take.delivery["reference"].get(name) for take in (first, last)]
    if None in placed or first.delivery["register"] != last.delivery["register"]:
        return Direction.UNKNOWN
    if placed[0]["relative"] != placed[1]["relative"]:
        return Direction.UNKNOWN
    before, after = (max(each["q25"] - each["value"], each["value"] - each["q75"], 0.0) for each in placed)
    if before == after:
        return Direction.INSIDE if after == 0.0 else Direction.UNKNOWN
    return Direction.NEARER if after < before else Direction.FURTHER


def _heard(take: SittingTake) -> str:
    said = outcome_words(take.report.prediction, take.target)
    if take.target_probability is None:
        return said
    return f"{said}; probability of {take.target.value} {percent(take.target_probability)}"


def _counted(takes: int) -> str:
    return "1 take" if takes == 1 else f"{takes} takes"


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 4)
