"""Summary of a session: what changed over its takes, and the report on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ser_core.labels import Emotion, named
from ser_core.language import N_, _, date_and_time, ngettext
from ser_core.practice.feedback import Advice, load_rules
from ser_core.practice.take import Take
from ser_core.prosody import MEASURES
from ser_core.recognition.analyse import report_dict
from ser_core.text.numbers import Number, amount, percent
from ser_core.text.outcome import Outcome, outcome_count, outcome_words


class Direction(StrEnum):
    """Where a value moved, relative to the usual range of the target's takes."""

    NEARER = "nearer"
    FURTHER = "further"
    INSIDE = "inside"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Change:
    """A value that changed audibly from the first take to the last."""

    name: str
    first: float
    last: float
    direction: Direction


@dataclass(frozen=True)
class Remark:
    """A remark about a take: its title, where it can be heard, and the sentence."""

    title: str
    place: str
    sentence: str


@dataclass(frozen=True)
class TargetProgress:
    """The takes of a session towards one target.

    Attributes:
        target: the emotion aimed for.
        takes: in the order in which they were made.
        changes: what changed from the first to the last; empty with a single take.
    """

    target: Emotion
    takes: tuple[Take, ...]
    changes: tuple[Change, ...]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How each take came across."""
        return tuple(take.outcome for take in self.takes)

    @property
    def went_well(self) -> Advice | None:
        """What was praised in the last take."""
        return next((advice for advice in self.takes[-1].delivery.advice if advice.kind == "praise"), None)

    @property
    def next_time(self) -> Advice | None:
        """The first thing to change after the last take."""
        return next((advice for advice in self.takes[-1].delivery.advice if advice.kind == "change"), None)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Both as remarks, if there are any."""
        number = self.takes[-1].number
        return tuple(
            Remark(title, _("take {number}, at {time:.1f} s", number=number, time=advice.start_s), advice.sentence)
            for title, advice in ((_("What went well"), self.went_well), (_("For next time"), self.next_time))
            if advice is not None
        )


def compare(first: Take, last: Take) -> tuple[Change, ...]:
    """What changed from one take to another towards the same target, in the order of `MEASURES`.

    Only values on which there is advice and that differ by at least `MeasureInfo.noticeable`.
    """
    advised = load_rules().advised
    changes = []
    for name, info in MEASURES.items():
        before, after = first.value(name), last.value(name)
        if name in advised and before is not None and after is not None and abs(after - before) >= info.noticeable:
            changes.append(Change(name, before, after, _direction(name, first, last)))
    return tuple(changes)


def summarise(takes: Sequence[Take]) -> tuple[TargetProgress, ...]:
    """The takes by target, in the order in which the targets were first aimed for."""
    by_target: dict[Emotion, list[Take]] = {}
    for take in takes:
        by_target.setdefault(take.target, []).append(take)
    return tuple(
        TargetProgress(target, tuple(of_it), compare(of_it[0], of_it[-1])) for target, of_it in by_target.items()
    )


def session_dict(takes: Sequence[Take], ended_at: datetime) -> dict[str, Any]:
    """The report on a session, as plain values."""
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
                "went_well": progress.went_well and progress.went_well.sentence,
                "next_time": progress.next_time and progress.next_time.sentence,
            }
            for progress in summarise(takes)
        ],
        "takes": [
            {
                "number": take.number,
                "target": take.target.value,
                "sentence": take.task.sentence,
                "outcome": take.outcome.value,
                "target_probability": _rounded(take.target_probability),
                "report": report_dict(take.report, timeline=False),
                "delivery": take.delivery.to_dict(),
            }
            for take in takes
        ],
    }


def session_text(takes: Sequence[Take], ended_at: datetime) -> str:
    """The report on a session as text."""
    lines = [_("Practice on {time}: {takes}", time=date_and_time(ended_at), takes=_counted(len(takes))), ""]
    for progress in summarise(takes):
        lines.append(f"{named(progress.target).capitalize()}: {outcome_count(progress.outcomes)}")
        lines += [
            "  " + _("take {number}: {outcome}", number=take.number, outcome=_heard(take)) for take in progress.takes
        ]
        lines += [f"  {change_text(change, progress.target)}" for change in progress.changes]
        lines += [f"  {remark.title} ({remark.place}): {remark.sentence}" for remark in progress.remarks]
        lines.append("")
    lines.append(_("A model judges how a voice sounds, not what a person feels, and is often wrong."))
    return "\n".join(lines) + "\n"


def probability_text(progress: TargetProgress) -> str | None:
    """How the probability of the target changed, in a sentence; None with a single take, or if it is unknown."""
    before, after = progress.takes[0].target_probability, progress.takes[-1].target_probability
    if len(progress.takes) == 1 or before is None or after is None:
        return None
    if percent(before) == percent(after):
        return _(
            "The probability of {emotion} stayed at {share} from the first take to the last.",
            emotion=named(progress.target),
            share=percent(after),
        )
    return _(
        "The probability of {emotion} went from {before} to {after} from the first take to the last.",
        emotion=named(progress.target),
        before=percent(before),
        after=percent(after),
    )


_DIRECTIONS = {
    Direction.NEARER: N_("nearer to {target} takes"),
    Direction.FURTHER: N_("further away from {target} takes"),
    Direction.INSIDE: N_("both within the range of {target} takes"),
}


def change_text(change: Change, target: Emotion) -> str:
    """A change as a line: "Pitch range: 3.0 to 6.5 semitones, nearer to angry takes"."""
    info = MEASURES[change.name]
    first, last = Number(change.first), amount(change.last, info.unit, info.decimals)
    line = _("{label}: {first} to {last}", label=_(info.label), first=f"{first:.{info.decimals}f}", last=last)
    if change.direction is Direction.UNKNOWN:
        return line
    return f"{line}, {_(_DIRECTIONS[change.direction], target=load_rules().word(target))}"


def _direction(name: str, first: Take, last: Take) -> Direction:
    """By the distance from the middle half of the target's takes; unknown if the two cannot be compared."""
    before, after = first.delivery.placement(name), last.delivery.placement(name)
    if before is None or after is None or before.relative != after.relative:
        return Direction.UNKNOWN
    if first.delivery.register != last.delivery.register:
        return Direction.UNKNOWN
    if before.distance == after.distance:
        return Direction.INSIDE if after.inside else Direction.UNKNOWN
    return Direction.NEARER if after.distance < before.distance else Direction.FURTHER


def _heard(take: Take) -> str:
    said = outcome_words(take.report.prediction.claim, take.target)
    if take.target_probability is None:
        return said
    return _(
        "{outcome}; probability of {emotion} {share}",
        outcome=said,
        emotion=named(take.target),
        share=percent(take.target_probability),
    )


def _counted(takes: int) -> str:
    return ngettext("{count} take", "{count} takes", takes)


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 4)
