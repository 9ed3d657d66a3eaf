"""What was heard over time as coloured boxes, and the ticks of the time axis that they share with all else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from ser_core.labels import STYLES, Emotion, named
from ser_core.language import _
from ser_core.records import Segment
from ser_core.text.answer import in_short
from ser_core.text.answer import name as claimed
from ser_core.text.numbers import clock

# The width of a chart in its own units, which the page scales.
WIDTH = 1000.0
RIBBON_HEIGHT = 26.0
# A ribbon of more pieces than a printer has dots for shows, of every so many, the one that lasts longest.
_LEAST_WIDTH = 0.5
# Widths of letters, roughly, to tell whether a name fits.
_LETTER_WIDTH = 7.5
_TICKS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_MOST_TICKS = 10
_UNSURE_COLOUR = "#C9C9C9"


@dataclass(frozen=True)
class Box:
    """A coloured box of a chart with the words for it.

    Attributes:
        x, width: its place, in the chart's units.
        colours: one above the other.
        label: what fits in it; "" for nothing.
        said: what it stands for, in full.
    """

    x: float
    width: float
    colours: tuple[str, ...]
    label: str
    said: str


def colour_of(emotion: Emotion | None) -> str:
    """The colour of an emotion; None is where it is unclear."""
    return STYLES[emotion].colour if emotion else _UNSURE_COLOUR


def name_of(emotion: Emotion | None) -> str:
    """The name of an emotion; None is where it is unclear."""
    return named(emotion) if emotion else _("unclear")


def fitting(text: str, width: float) -> str:
    """The text if it fits in a box so wide, or nothing."""
    return text if width > _LETTER_WIDTH * len(text) + 6 else ""


def ribbon(timeline: Iterable[Segment], scale: float) -> tuple[Box, ...]:
    """Neighbours that are claimed alike, as one box, at `scale` units a second.

    Those that overlap meet in the middle; what is too narrow to print leaves its place to its neighbour.
    """
    runs = [
        (emotions, *each)
        for emotions, run in groupby(timeline, key=lambda segment: segment.prediction.claim.emotions)
        for each in _joined(list(run))
    ]
    starts_s = [first.start_s for _emotions, first, _last, _surest in runs]
    ends_s = [last.end_s for _emotions, _first, last, _surest in runs]
    for i, (end_s, start_s) in enumerate(zip(ends_s, starts_s[1:], strict=False)):
        if start_s < end_s:
            ends_s[i] = starts_s[i + 1] = (start_s + end_s) / 2
    boxes: list[Box] = []
    for (emotions, _first, _last, surest), start_s, end_s in zip(runs, starts_s, ends_s, strict=True):
        x, width = start_s * scale, (end_s - start_s) * scale
        if boxes and width < _LEAST_WIDTH and x - boxes[-1].x - boxes[-1].width < _LEAST_WIDTH:
            continue
        label = fitting(claimed(surest.prediction.claim) if emotions else name_of(None), width)
        when = _("{start} to {end}", start=clock(start_s), end=clock(end_s))
        said = f"{when}: {in_short(surest.prediction.claim)}"
        colours = tuple(colour_of(emotion) for emotion in emotions) or (_UNSURE_COLOUR,)
        boxes.append(Box(round(x, 2), round(max(width, _LEAST_WIDTH), 2), colours, label, said))
    return tuple(boxes)


def ticks(duration_s: float, worded: Callable[[float], str] = clock) -> list[tuple[float, str]]:
    """Where the time axis of a recording has its ticks, and what they say."""
    step_s = next((step for step in _TICKS_S if duration_s / step <= _MOST_TICKS), _TICKS_S[-1])
    count = int(np.ceil(duration_s / step_s - 1e-9))
    return [(round(i * step_s / duration_s * WIDTH, 2), worded(i * step_s)) for i in range(count)]


def _joined(run: list[Segment]) -> list[tuple[Segment, Segment, Segment]]:
    """First, last and surest of the answers between two pauses."""
    groups: list[list[Segment]] = []
    for segment in run:
        if groups and segment.start_s - groups[-1][-1].end_s < 0.5:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return [(each[0], each[-1], max(each, key=lambda s: s.prediction.confidence)) for each in groups]
