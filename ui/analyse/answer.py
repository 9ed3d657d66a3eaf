"""The answer: the emotion, the confidence, and bars for all emotions."""

import streamlit as st

from ser_core.claim import NO_SPEECH, Claim
from ser_core.errors import NoSpeechError
from ser_core.language import N_, _, ngettext
from ser_core.notices import NoticeCode
from ser_core.recognition.affect import affect_of
from ser_core.recognition.course import CHANGES_FROM_S, shares
from ser_core.records import Report
from ser_core.reports.bars import bars_html
from ser_core.text import answer, notices
from ser_core.text.course import course_sentence
from ser_core.text.limits import WHAT_IT_IS
from ser_core.text.tone import tone_sentence
from ui.shared.illustrations import face
from ui.shared.loaders import chosen_recogniser
from ui.shared.text import duration, literal, trust_in_confidence

_HOW_TONE = N_(
    "Valence is from −1, unpleasant, to 1, pleasant; arousal from −1, sleepy, to 1, aroused. Both are read off the "
    "scores: each emotion has a place in the circumplex of affect, and this is their mean. For languages that the "
    "model has not learned, arousal is not to be trusted."
)


def show(report: Report, *, adapted_to: str | None = None) -> None:
    """Draw the answer for a recording, which may be adapted to somebody's voice."""
    prediction = report.prediction
    with st.container(border=True, key="answer"):
        words, bars = st.columns([5, 6], gap="medium", vertical_alignment="center")
        with words, st.container(horizontal=True, vertical_alignment="center", gap="medium", key="claim"):
            st.html(face(prediction.claim, answer.announcement(prediction.claim)), width="content")
            with st.container(width="stretch", gap="xsmall"):
                _say(report, adapted_to or "")
        with bars:
            # Not one of our charts: their library is larger than all the rest of the page, and the answer waits for it.
            st.html(bars_html(prediction))


def _tell(report: Report) -> None:
    """What is missing or strange about the recording, or makes the answer less reliable."""
    if not report.notices:
        st.caption(_("Sound: complete, not clipped, and no music or noise was found behind the voice."))
    for notice in report.notices:
        if notice.code is not NoticeCode.PARTIES:  # the choice between the sides says it
            st.caption(f":material/info: {notices.sentence(notice)}")


def show_none(error: NoSpeechError) -> None:
    """Draw that nobody is speaking, in place of an answer."""
    with st.container(border=True, key="answer", horizontal=True, vertical_alignment="center", gap="medium"):
        st.html(face(NO_SPEECH, answer.announcement(NO_SPEECH)), width="content")
        with st.container(width="stretch", gap="xsmall"):
            _say_claim(NO_SPEECH)
            st.caption(_("{length} of sound. The pictures are below.", length=duration(error.duration_s)))


def _say(report: Report, adapted_to: str) -> None:
    prediction = report.prediction
    _say_claim(prediction.claim)
    if report.duration_s > CHANGES_FROM_S:
        st.caption(course_sentence(shares(report.timeline)), help=_(WHAT_IT_IS))
    elif prediction.claim.emotions and not report.adapted_by:  # what was measured does not hold for adapted predictions
        st.caption(trust_in_confidence(prediction.claim, chosen_recogniser().card.confidence_gap), help=_(WHAT_IT_IS))
    if report.adapted_by:
        adapted = ngettext(
            "Adapted to the voice of {name} with one recording that you labelled.",
            "Adapted to the voice of {name} with {count} recordings that you labelled.",
            report.adapted_by,
            name=literal(adapted_to),
        )
        st.caption(adapted, help=_(WHAT_IT_IS))
    affect = affect_of(prediction.scores)
    st.caption(tone_sentence(affect.tone.value, affect.valence, affect.arousal), help=_(_HOW_TONE))
    st.caption(
        _(
            "{length} of sound, analysed by the model {model}.",
            length=duration(report.duration_s),
            model=literal(prediction.model),
        )
    )
    _tell(report)


def _say_claim(claim: Claim) -> None:
    st.caption(answer.above_headline(claim))
    st.header(answer.headline(claim), anchor=False)
    st.markdown(answer.explanation(claim, bold=True))
