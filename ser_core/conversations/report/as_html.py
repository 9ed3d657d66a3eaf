"""The report as one HTML file that needs nothing else: no script, no font, no picture from anywhere.

Charts are SVG, sharp on paper and drawn by the browser offline; what they show stands in words or a table as well.
"""

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ser_core import __version__
from ser_core.conversations import words
from ser_core.conversations.findings import Findings, PartyFindings
from ser_core.labels import STYLES, Emotion, named
from ser_core.language import _, current
from ser_core.recognition.affect import affect_of
from ser_core.records import Segment
from ser_core.text import notices as told
from ser_core.text.answer import in_short
from ser_core.text.answer import name as claimed
from ser_core.text.numbers import clock, duration, percent

# The width of a chart in its own units, which the page scales.
WIDTH = 1000.0
_RIBBON_HEIGHT = 26.0
_COURSE_HEIGHT = 90.0
# A ribbon of more pieces than a printer has dots for shows, of every so many, the one that lasts longest.
_LEAST_WIDTH = 0.5
# Widths of letters, roughly, to tell whether a name fits.
_LETTER_WIDTH = 7.5
_TICKS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_MOST_TICKS = 10
_UNSURE_COLOUR = "#C9C9C9"


@dataclass(frozen=True)
class _Box:
    """A coloured box of a chart with the words for it."""

    x: float
    width: float
    colours: tuple[str, ...]
    label: str
    said: str


@dataclass(frozen=True)
class _Chart:
    """What is drawn and listed of a party."""

    found: PartyFindings
    summary: str
    ribbon: tuple[_Box, ...]
    bar: tuple[_Box, ...]
    course: str
    turns: tuple[tuple[float, str], ...]
    moments: tuple[tuple[str, str, str, str], ...]
    shares: tuple[tuple[str, str, str], ...]


def report_html(found: Findings) -> str:
    """The report as HTML: ribbons, course, shares, turning points, moments and speaking time of each party."""
    heard = found.conversation
    return _template().render(
        title=heard.file,
        facts=_(
            "{length} of sound, analysed by the model {model}, version {version}.",
            length=duration(heard.duration_s),
            model=heard.model,
            version=__version__,
        ),
        notices=[told.sentence(notice) for notice in heard.notices],
        charts=[_chart(each, heard.duration_s) for each in found.parties],
        ticks=_ticks(heard.duration_s),
        talk=words.talk_lines(found),
        words=words,
        _=_,
        language=current(),
        legend=[(named(emotion), STYLES[emotion].colour) for emotion in _emotions(found)]
        + [(_("unclear"), _UNSURE_COLOUR)],
        width=WIDTH,
        ribbon_height=_RIBBON_HEIGHT,
        course_height=_COURSE_HEIGHT,
    )


def _emotions(found: Findings) -> list[Emotion]:
    """The emotions that take some of anybody's time."""
    heard = {emotion for party in found.parties for emotion, _share in party.shares}
    heard |= {
        emotion
        for party in found.parties
        for each in party.party.timeline
        for emotion in each.prediction.claim.emotions
    }
    return [emotion for emotion in Emotion if emotion in heard]


def _chart(found: PartyFindings, duration_s: float) -> _Chart:
    scale = WIDTH / duration_s
    return _Chart(
        found,
        words.summary(found, found.party.name),
        _ribbon(found.party.timeline, scale),
        _bar(found),
        _course(found.party.timeline, scale),
        tuple((point.at_s * scale, words.turning_point(point)) for point in found.turning_points),
        tuple(
            (
                _("{start} to {end}", start=clock(moment.start_s), end=clock(moment.end_s)),
                named(moment.emotion),
                percent(moment.confidence),
                STYLES[moment.emotion].colour,
            )
            for moment in found.moments
        ),
        tuple((_name(emotion), _colour(emotion), percent(share)) for emotion, share in found.shares),
    )


def _ribbon(timeline: tuple[Segment, ...], scale: float) -> tuple[_Box, ...]:
    """Neighbours that are claimed alike, as one box; what is too narrow to print leaves its place to its neighbour."""
    boxes: list[_Box] = []
    for emotions, run in groupby(timeline, key=lambda segment: segment.prediction.claim.emotions):
        for first, last, surest in _joined(list(run)):
            x, width = first.start_s * scale, (last.end_s - first.start_s) * scale
            if boxes and width < _LEAST_WIDTH and x - boxes[-1].x - boxes[-1].width < _LEAST_WIDTH:
                continue
            name = claimed(surest.prediction.claim) if emotions else _("unclear")
            label = name if width > _LETTER_WIDTH * len(name) + 6 else ""
            when = _("{start} to {end}", start=clock(first.start_s), end=clock(last.end_s))
            said = f"{when}: {in_short(surest.prediction.claim)}"
            colours = tuple(STYLES[emotion].colour for emotion in emotions) or (_UNSURE_COLOUR,)
            boxes.append(_Box(round(x, 2), round(max(width, _LEAST_WIDTH), 2), colours, label, said))
    return tuple(boxes)


def _joined(run: list[Segment]) -> list[tuple[Segment, Segment, Segment]]:
    """First, last and surest of the answers between two pauses."""
    groups: list[list[Segment]] = []
    for segment in run:
        if groups and segment.start_s - groups[-1][-1].end_s < 0.5:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return [(each[0], each[-1], max(each, key=lambda s: s.prediction.confidence)) for each in groups]


def _bar(found: PartyFindings) -> tuple[_Box, ...]:
    boxes = []
    x = 0.0
    for emotion, share in found.shares:
        width = share * WIDTH
        words_of_it = f"{_name(emotion)} {percent(share)}"
        label = words_of_it if width > _LETTER_WIDTH * len(words_of_it) + 6 else ""
        boxes.append(_Box(round(x, 2), round(width, 2), (_colour(emotion),), label, words_of_it))
        x += width
    return tuple(boxes)


def _course(timeline: tuple[Segment, ...], scale: float) -> str:
    """The line of valence, as the points of an SVG polyline; the mean of those that share a place."""
    if not timeline:
        return ""
    x = np.array([(segment.start_s + segment.end_s) / 2 * scale for segment in timeline])
    valence = np.array([affect_of(segment.prediction.scores).valence for segment in timeline])
    places, which = np.unique(x.astype(int), return_inverse=True)
    means = np.bincount(which, valence) / np.bincount(which)
    y = (1 - means) / 2 * _COURSE_HEIGHT
    return " ".join(f"{place:d},{height:.1f}" for place, height in zip(places, y, strict=True))


def _ticks(duration_s: float) -> list[tuple[float, str]]:
    step_s = next((step for step in _TICKS_S if duration_s / step <= _MOST_TICKS), _TICKS_S[-1])
    return [(round(at_s / duration_s * WIDTH, 2), clock(at_s)) for at_s in np.arange(0, duration_s, step_s)]


def _colour(emotion: Emotion | None) -> str:
    return STYLES[emotion].colour if emotion else _UNSURE_COLOUR


def _name(emotion: Emotion | None) -> str:
    return named(emotion) if emotion else _("unclear")


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.html.jinja")
