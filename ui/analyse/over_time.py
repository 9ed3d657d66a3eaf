"""How the emotion changes over a recording that is longer than the model's window."""

import streamlit as st

from ser_core.figures import emotion_timeline
from ser_core.language import _
from ser_core.recognition.course import RIBBON_FROM_S
from ser_core.records import Report
from ui.shared.charts import chart
from ui.shared.loaders import chosen_recogniser


def show(report: Report, stem: str) -> None:
    """Draw the emotion over time, one lane per emotion, once somebody opens it; nothing for a short clip. The name of
    the downloaded picture begins with `stem`.
    """
    if len(report.timeline) < 2 or report.duration_s < RIBBON_FROM_S:
        return
    section = st.expander(_("Emotion over time, lane by lane"), on_change="rerun", key="lanes")
    if not section.open:
        return
    with section:
        st.caption(
            f"{_how_judged(report)} "
            + _(
                "A lane is filled where its emotion is the most likely one; the higher, the "
                "more certain. Stretches without speech stay empty.",
            )
        )
        said = _("{file}: emotion over time · {model}", file=report.file, model=report.prediction.model)
        chart(emotion_timeline(report.timeline), "emotion-over-time", stem, title=said, key="timeline")


def _how_judged(report: Report) -> str:
    """How the windows lie: those of long recordings, and of some models, do not overlap."""
    first = report.timeline[0]
    if first.end_s - first.start_s < chosen_recogniser().window_s:
        return _("Each second is judged from the few seconds around it.")
    return _("Each stretch of {length:.1f} s is judged by itself.", length=first.end_s - first.start_s)
