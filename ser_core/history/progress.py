"""How takes develop over days: the figures behind the progress charts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from statistics import fmean

from ser_core.history.saved_takes import SavedTake
from ser_core.labels import Emotion
from ser_core.text.outcome import Outcome


@dataclass(frozen=True)
class EmotionPoint:
    """One day's takes towards one target.

    Attributes:
        takes: number of takes.
        came_across, partly: number of takes in which the target came across, fully or partly.
        mean_probability: mean probability of the target; None when no model of these takes knew it.
    """

    day: date
    target: Emotion
    takes: int
    came_across: int
    partly: int
    mean_probability: float | None


@dataclass(frozen=True)
class ValuePoint:
    """One delivery value over one day's takes towards one target; `name` contains the unit ("pitch_median_hz").

    By target, because a voice is meant to be higher in anger than in sorrow: a mean over both would mean nothing.
    """

    day: date
    target: Emotion
    name: str
    takes: int
    mean: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class Progress:
    """Both series, ordered by day, then by emotion, then by name."""

    by_emotion: tuple[EmotionPoint, ...]
    by_value: tuple[ValuePoint, ...]


def progress(takes: Iterable[tuple[SavedTake, Mapping[str, float] | None]], zone: tzinfo) -> Progress:
    """The series of `takes`, each with its delivery values. A day is a day in `zone`: a take made at eleven in the
    evening belongs to that evening, wherever the server is.
    """
    by_target: dict[tuple[date, Emotion], list[SavedTake]] = defaultdict(list)
    by_name: dict[tuple[date, Emotion, str], list[float]] = defaultdict(list)
    for take, measures in takes:
        day = take.saved_at.astimezone(zone).date()
        if take.target is None:
            continue
        by_target[day, take.target].append(take)
        for name, value in (measures or {}).items():
            by_name[day, take.target, name].append(value)
    order = {emotion: place for place, emotion in enumerate(Emotion)}
    return Progress(
        by_emotion=tuple(
            _emotion_point(day, target, group)
            for (day, target), group in sorted(by_target.items(), key=lambda item: (item[0][0], order[item[0][1]]))
        ),
        by_value=tuple(
            ValuePoint(day, target, name, len(values), fmean(values), min(values), max(values))
            for (day, target, name), values in sorted(
                by_name.items(), key=lambda item: (item[0][0], order[item[0][1]], item[0][2])
            )
        ),
    )


def _emotion_point(day: date, target: Emotion, takes: list[SavedTake]) -> EmotionPoint:
    outcomes = [take.outcome for take in takes]
    known = [take.target_probability for take in takes if take.target_probability is not None]
    return EmotionPoint(
        day=day,
        target=target,
        takes=len(takes),
        came_across=outcomes.count(Outcome.CAME_ACROSS),
        partly=outcomes.count(Outcome.PARTLY),
        mean_probability=fmean(known) if known else None,
    )
