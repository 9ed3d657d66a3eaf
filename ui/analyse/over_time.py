"""How the emotion changes over a recording that is longer than what the model hears at once."""

import streamlit as st

from ser_core.figures import describe, emotion_timeline, picture_config
from ser_core.records import Report
from ui.shared.loaders import chosen_recogniser


def show(report: Report, stem: str) -> None:
    """Draw the emotion over time; nothing for a short clip. `stem` begins the name of the downloaded picture."""
    if len(report.timeline) < 2:
        return
    st.subheader("Emotion over time", anchor=False)
    st.caption(
        f"{_how_judged(report)} A lane is filled where its emotion is the most likely "
        "one; the higher, the surer. Stretches in which nobody speaks stay empty."
    )
    figure = emotion_timeline(report.timeline)
    st.plotly_chart(figure, config=picture_config("emotion-over-time", stem), alt=describe(figure), key="timeline")


def _how_judged(report: Report) -> str:
    """Long recordings, and all of them by some models, are heard in pieces that do not overlap."""
    first = report.timeline[0]
    if first.end_s - first.start_s < chosen_recogniser().window_s:
        return "Each second is judged by the few seconds around it."
    return f"Each {first.end_s - first.start_s:.1f} s are judged by themselves."
