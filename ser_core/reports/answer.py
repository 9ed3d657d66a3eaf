"""The report on an answer: one page of HTML with the answer, its pictures, the model and the limits.

It needs nothing else: no script, no font, no picture from anywhere.
"""

from collections.abc import Mapping
from pathlib import Path

from ser_core import __version__
from ser_core.labels import named
from ser_core.language import _, current, localised, ngettext
from ser_core.models.card import Card
from ser_core.recognition.affect import affect_of
from ser_core.recognition.course import CHANGES_FROM_S, RIBBON_FROM_S, clearest_moments, shares
from ser_core.records import Report
from ser_core.reports.bars import bars
from ser_core.reports.faces import data_url, faces, illustration
from ser_core.reports.ribbons import RIBBON_HEIGHT, WIDTH, ribbon, ticks
from ser_core.reports.sound import sound_pictures
from ser_core.reports.templates import template
from ser_core.text import answer, limits
from ser_core.text import notices as told
from ser_core.text.course import course_sentence
from ser_core.text.numbers import clock, duration, percent
from ser_core.text.tone import tone_sentence

_TEMPLATE = Path(__file__).parent / "answer.html.jinja"
_HEIGHTS = {"outline": 110.0, "spectrogram": 230.0, "pitch": 140.0, "level": 100.0}
# From here on moments are told as on a clock.
_CLOCK_FROM_S = 60.0
# What fits on the page, beside the longest of everything else.
_MOST_NOTICES = 4
_LONGEST_NAME = 120


def answer_html(report: Report, files: Mapping[str, bytes], card: Card) -> str:
    """The report as HTML that prints to one A4 page.

    `files` are those of the layer that is the whole of the recording (`ser_core.figures.sound_layers`); `card` is that
    of the model that made the report.
    """
    prediction = report.prediction
    claim = prediction.claim
    changes = report.duration_s > CHANGES_FROM_S
    scale = WIDTH / report.duration_s
    return template(_TEMPLATE).render(
        name=_shortened(report.file),
        faces=[data_url(illustration(which)) for which in faces(claim)],
        above=answer.above_headline(claim),
        headline=answer.headline(claim),
        said=_said(report, card, changes),
        bars=bars(prediction),
        notices=[told.sentence(notice) for notice in report.notices[:_MOST_NOTICES]],
        ribbon=ribbon(report.timeline, scale) if report.duration_s >= RIBBON_FROM_S else (),
        ticks=ticks(report.duration_s, clock if report.duration_s >= _CLOCK_FROM_S else _seconds),
        unit="min:s" if report.duration_s >= _CLOCK_FROM_S else "s",
        pictures=sound_pictures(files, report.duration_s, _HEIGHTS),
        moments=[
            (
                _("{start} to {end}", start=clock(each.start_s), end=clock(each.end_s)),
                named(each.emotion),
                percent(each.confidence),
            )
            for each in (clearest_moments(report.timeline, report.duration_s) if changes else ())
        ],
        model=_model(report, card),
        limits=(_(limits.A_GUESS), _(limits.PROHIBITED)),
        _=_,
        language=current(),
        width=WIDTH,
        ribbon_height=RIBBON_HEIGHT,
        height=_HEIGHTS,
    )


def _said(report: Report, card: Card, changes: bool) -> list[str]:
    """The sentences under the headline."""
    claim = report.prediction.claim
    affect = affect_of(report.prediction.scores)
    said = [answer.explanation(claim)]
    if changes and report.timeline:
        said.append(course_sentence(shares(report.timeline)))
    elif claim.emotions and not report.adapted_by:  # what was measured does not hold for adapted predictions
        said.append(answer.trust_in_confidence(claim, card.confidence_gap))
    if report.adapted_by:
        said.append(
            ngettext(
                "Adapted to this voice with one labelled recording.",
                "Adapted to this voice with {count} labelled recordings.",
                report.adapted_by,
            )
        )
    said.append(tone_sentence(affect.tone.value, affect.valence, affect.arousal))
    return said


def _model(report: Report, card: Card) -> str:
    return _(
        "{length} of sound, analysed by the model {model}, version {version}: {summary}. It knows {emotions}.",
        length=duration(report.duration_s),
        model=card.name,
        version=__version__,
        summary=_(card.summary),
        emotions=", ".join(named(emotion) for emotion in card.labels),
    )


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _seconds(at_s: float) -> str:
    return localised(f"{at_s:g}", current())
