"""The report as one HTML file that needs nothing else: no script, no font, no picture from anywhere.

Charts are SVG, sharp on paper and drawn by the browser offline; what they show stands in words or a table as well.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ser_core import __version__
from ser_core.conversations import words
from ser_core.conversations.findings import Findings, PartyFindings
from ser_core.labels import STYLES, Emotion, named
from ser_core.language import _, current
from ser_core.recognition.affect import affect_of
from ser_core.records import Segment
from ser_core.reports.ribbons import RIBBON_HEIGHT, WIDTH, Box, colour_of, fitting, name_of, ribbon, ticks
from ser_core.reports.templates import template
from ser_core.text import notices as told
from ser_core.text.numbers import clock, duration, percent

_COURSE_HEIGHT = 90.0
_TEMPLATE = Path(__file__).parent / "report.html.jinja"


@dataclass(frozen=True)
class _Chart:
    """What is drawn and listed of a party."""

    found: PartyFindings
    summary: str
    ribbon: tuple[Box, ...]
    bar: tuple[Box, ...]
    course: str
    turns: tuple[tuple[float, str], ...]
    moments: tuple[tuple[str, str, str, str], ...]
    shares: tuple[tuple[str, str, str], ...]


def report_html(found: Findings) -> str:
    """The report as HTML: ribbons, course, shares, turning points, moments and speaking time of each party."""
    heard = found.conversation
    return template(_TEMPLATE).render(
        title=heard.file,
        facts=_(
            "{length} of sound, analysed by the model {model}, version {version}.",
            length=duration(heard.duration_s),
            model=heard.model,
            version=__version__,
        ),
        notices=[told.sentence(notice) for notice in heard.notices],
        charts=[_chart(each, heard.duration_s) for each in found.parties],
        ticks=ticks(heard.duration_s),
        talk=words.talk_lines(found),
        words=words,
        _=_,
        language=current(),
        legend=[(named(emotion), STYLES[emotion].colour) for emotion in _emotions(found)]
        + [(name_of(None), colour_of(None))],
        width=WIDTH,
        ribbon_height=RIBBON_HEIGHT,
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
        ribbon(found.party.timeline, scale),
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
        tuple((name_of(emotion), colour_of(emotion), percent(share)) for emotion, share in found.shares),
    )


def _bar(found: PartyFindings) -> tuple[Box, ...]:
    boxes = []
    x = 0.0
    for emotion, share in found.shares:
        width = share * WIDTH
        words_of_it = f"{name_of(emotion)} {percent(share)}"
        label = fitting(words_of_it, width)
        boxes.append(Box(round(x, 2), round(width, 2), (colour_of(emotion),), label, words_of_it))
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
