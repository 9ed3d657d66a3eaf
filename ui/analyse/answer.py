"""The answer: which emotion, how sure, and the bars of all of them."""

from html import escape

import streamlit as st

from ser_core.errors import NoSpeechError
from ser_core.figures import describe, emotion_bars, picture_config
from ser_core.labels import Emotion
from ser_core.records import Prediction, Report
from ui.shared.illustrations import Mood, img
from ui.shared.loaders import chosen_recogniser
from ui.shared.text import duration, literal, name_of, percent, sureness, trust_in_confidence

# Longer than any utterance of the corpora that the confidence was calibrated on.
_UTTERANCE_S = 15.0

_WHAT_IT_IS = (
    "Everyday speech, noise and other languages make it worse. It describes how a voice sounds, not what a "
    "person feels."
)


def show(report: Report, stem: str) -> None:
    """Draw the answer for a recording. `stem` begins the names of downloaded pictures."""
    prediction = report.prediction
    with st.container(border=True, key="answer"):
        words, bars = st.columns([5, 6], gap="medium", vertical_alignment="center")
        with words, st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            _illustrate(report)
            with st.container(width="stretch", gap="xsmall"):
                _say(report)
        with bars:
            figure = emotion_bars(prediction)
            st.plotly_chart(figure, config=picture_config("emotions", stem), alt=describe(figure), key="emotion_bars")


def show_none(error: NoSpeechError) -> None:
    """Draw in place of an answer that nobody was heard speaking."""
    with st.container(border=True, key="answer", horizontal=True, vertical_alignment="center", gap="medium"):
        _face(Mood.NO_SPEECH, str(error))
        with st.container(width="stretch", gap="xsmall"):
            st.caption("No emotion named")
            st.header("No speech", anchor=False)
            st.markdown(str(error))
            st.caption(f"{duration(error.duration_s)} of sound. Its pictures are below.")


def announcement(report: Report) -> str:
    """The answer as one sentence, for a screen reader."""
    prediction = report.prediction
    if prediction.unsure:
        return f"Unsure. {_two_most_likely(prediction)}"
    return (
        f"Emotion detected: {prediction.emotion.value}, {sureness(prediction.confidence)}, "
        f"{percent(prediction.confidence)}."
    )


def _illustrate(report: Report) -> None:
    _face(Mood.UNSURE if report.prediction.unsure else report.prediction.emotion, announcement(report))


def _face(which: Emotion | Mood, said: str) -> None:
    # An alert is read out when it appears: whoever does not see the page hears the answer when it is there.
    st.html(
        f'<div class="ser-face">{img(which, size_px=144)}<p role="alert" class="ser-unseen">{escape(said)}</p></div>',
        width="content",
    )


def _say(report: Report) -> None:
    prediction = report.prediction
    if prediction.unsure:
        st.caption("No clear emotion")
        st.header("Unsure", anchor=False)
        st.markdown(f"The model cannot tell. {_two_most_likely(prediction, bold=True)}")
    else:
        st.caption("Emotion detected")
        st.header(name_of(prediction.emotion), anchor=False)
        st.markdown(f"The model is **{sureness(prediction.confidence)}**: {percent(prediction.confidence)}.")
        if report.duration_s > _UTTERANCE_S:
            st.caption("The average of the whole recording; further down you see how it changes.", help=_WHAT_IT_IS)
        elif not report.taught_by:  # what was measured is not for answers that are read anew
            st.caption(trust_in_confidence(chosen_recogniser().card.confidence_gap), help=_WHAT_IT_IS)
    if report.taught_by:
        recordings = "one recording" if report.taught_by == 1 else f"{report.taught_by} recordings"
        st.caption(f"Read as you taught it: from {recordings} of this voice.", help=_WHAT_IT_IS)
    st.caption(f"{duration(report.duration_s)} of sound, heard by the model {literal(prediction.model)}.")


def _two_most_likely(prediction: Prediction, *, bold: bool = False) -> str:
    mark = "**" if bold else ""
    first, second = (f"{mark}{emotion.value}{mark} ({percent(score)})" for emotion, score in prediction.ranked[:2])
    return f"Most likely {first} or {second}."
