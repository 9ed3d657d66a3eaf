"""The charts of the History page: how practice develops over days."""

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from ser_core.history import EmotionPoint, Progress, ValuePoint
from ser_core.history.progress_lines import Yardstick, emotion_progress, value_progress
from ser_core.labels import Emotion, named
from ser_core.language import N_, _
from ser_core.prosody import MEASURES
from ui.shared.charts import chart
from ui.shared.text import name_of

_YARDSTICKS: dict[Yardstick, str] = {
    "came_across": N_("How often it came across"),
    "probability": N_("How likely it sounded"),
}


def show(progress: Progress) -> None:
    """Draw the charts once somebody opens them; nothing if no practice take was saved."""
    if not progress.by_emotion:
        return
    section = st.expander(_("Progress"), on_change="rerun", key="progress")
    # The library of charts is larger than all the rest of the page.
    if section.open:
        with section:
            _charts(progress)


def _charts(progress: Progress) -> None:
    by_value = [point for point in progress.by_value if point.name in MEASURES]
    if not by_value:
        _by_emotion(progress.by_emotion)
        return
    emotions, values = st.tabs([_("By emotion"), _("By value")], on_change="rerun", key="progress_tabs")
    if emotions.open:
        with emotions:
            _by_emotion(progress.by_emotion)
    if values.open:
        with values:
            _by_value(by_value)


def _by_emotion(points: tuple[EmotionPoint, ...]) -> None:
    yardstick: Yardstick = st.segmented_control(
        _("Measured by"),
        get_args(Yardstick),
        default="came_across",
        required=True,
        format_func=lambda yardstick: _(_YARDSTICKS[yardstick]),
        label_visibility="collapsed",
        key="yardstick",
    )
    if yardstick == "probability" and all(point.mean_probability is None for point in points):
        st.caption(_("The models you practised with do not know these emotions, so there is no probability."))
        return
    figure = emotion_progress(points, yardstick)
    title = _("Practice: {what}", what=_(_YARDSTICKS[yardstick]))
    chart(figure, f"progress-{yardstick}", title=title, key="progress_emotion")
    _say_when_single(points)
    st.caption(
        _(
            "An emotion came across when the model heard the one you aimed for before all others, with 50% or more; "
            "with less it came across partly, which is not counted in the line. The model judges how a voice sounds, "
            "and is often wrong: look at the direction over days, not at one take."
        )
    )


def _say_when_single(points: Sequence[EmotionPoint | ValuePoint]) -> None:
    if len({point.day for point in points}) == 1:
        st.caption(_("There is only one day so far; a line begins with the second."))


def _by_value(points: list[ValuePoint]) -> None:
    target: Emotion = st.pills(
        _("Takes towards"),
        [emotion for emotion in Emotion if any(point.target is emotion for point in points)],
        default=points[-1].target,  # the latest one
        required=True,
        format_func=name_of,
        key="progress_target",
    )
    points = [point for point in points if point.target is target]
    there = {point.name for point in points}
    name: str = st.selectbox(
        _("Value"),
        [name for name in MEASURES if name in there],
        format_func=lambda name: _(MEASURES[name].label),
        key="progress_value",
    )
    figure = value_progress([point for point in points if point.name == name], MEASURES[name])
    chart(
        figure,
        f"progress-{target.value}-{name}",
        title=_("Practice: {what}", what=f"{_(MEASURES[name].label)}, {named(target)}"),
        key="progress_value_chart",
    )
    st.caption(
        _(
            "{meaning} The line is the mean of a day's takes; the band spans them all.",
            meaning=_(MEASURES[name].meaning),
        )
    )
    _say_when_single(points)
