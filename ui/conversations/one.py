"""One conversation: the summary, the stage, shares of time, turning points, talking and silence, the report."""

import json
from dataclasses import replace
from functools import partial
from pathlib import PurePath

import streamlit as st

from ser_core.conversations import Conversation, words
from ser_core.conversations.findings import Findings, findings
from ser_core.conversations.report import report_csv, report_dict, report_html
from ser_core.conversations.satisfaction import Satisfaction
from ser_core.figures import emotion_shares
from ser_core.language import N_, _, bound
from ser_core.text import notices as told
from ui.conversations import stage
from ui.conversations.given import SAID, Recording
from ui.conversations.hearing import heard
from ui.conversations.progress import result_of
from ui.shared import loaders
from ui.shared.charts import chart
from ui.shared.text import download_name, duration, literal

_APART = "apart"
_LONGEST_NAME = 40
_ICONS = {
    Satisfaction.SATISFIED: ":material/sentiment_satisfied:",
    Satisfaction.NEUTRAL: ":material/sentiment_neutral:",
    Satisfaction.DISSATISFIED: ":material/sentiment_dissatisfied:",
}
_BY_THE_SOUND = N_("By the sound")
_APART_BY = {_BY_THE_SOUND: None, N_("One party a channel"): True, N_("All together"): False}


def show(recording: Recording) -> None:
    """Draw all results for a conversation, or the progress towards them. Raises SerError."""
    recogniser = loaders.chosen_recogniser()
    apart = _APART_BY[_said(_APART, _BY_THE_SOUND)]
    result = result_of((recording.number, recogniser.name, apart), partial(heard, recording, recogniser, apart))
    if result is None:
        return
    found = findings(_as_named(result.conversation))
    _summaries(found)
    stage.play(recording, result.staged, found)
    _parties(found, is_stereo=result.is_stereo)
    _shares(found, recording)
    _turning_points(found)
    _talk(found)
    _downloads(found)


def _as_named(conversation: Conversation) -> Conversation:
    """With the names that the person gave."""
    named = [
        replace(party, name=_said(party.name, "").strip()[:_LONGEST_NAME] or _(party.name))
        for party in conversation.parties
    ]
    return replace(conversation, parties=tuple(named))


def _summaries(found: Findings) -> None:
    st.header(_("In short"), anchor=False)
    with st.container(border=True, key="conversation_summary"):
        for each in found.parties:
            icon = _ICONS[each.satisfaction] if each.satisfaction else ":material/help:"
            st.markdown(f"{icon} {words.summary(each, f'**{literal(each.party.name)}**')}")
        st.caption(_(words.HOW_SATISFIED))
        heard = found.conversation
        st.caption(
            _(
                "{length} of sound, analysed by the model {model}.",
                length=duration(heard.duration_s),
                model=literal(heard.model),
            )
        )
        for notice in heard.notices:
            st.caption(f":material/info: {told.sentence(notice)}")


def _parties(found: Findings, *, is_stereo: bool) -> None:
    """What the parties are called, and whether each has a channel of its own."""
    section = st.expander(_("Name the parties"), icon=":material/groups:", key="conversations_parties")
    with section:
        if is_stereo:
            st.segmented_control(
                _("Who speaks on the two channels?"),
                list(_APART_BY),
                format_func=_,
                default=_said(_APART, _BY_THE_SOUND),
                required=True,
                key=_widget(_APART),
                on_change=_hear_of,
                args=(_APART,),
            )
        else:
            st.caption(_("The recording has one channel, so all voices in it are heard together."))
        called = (_("Left channel"), _("Right channel")) if len(found.parties) > 1 else (_("Everybody"),)
        given = ("Left", "Right") if len(found.parties) > 1 else ("Everybody",)
        for label, name in zip(called, given, strict=True):
            st.text_input(
                label,
                value=_said(name, ""),
                placeholder=_("Customer"),
                max_chars=_LONGEST_NAME,
                key=_widget(name),
                on_change=_hear_of,
                args=(name,),
            )


# Kept apart from the widgets that ask, whose state is gone when they are not on the page.
def _said(what: str, otherwise: str) -> str:
    said: dict[str, str] = st.session_state.get(SAID, {})
    return said.get(what, otherwise)


def _widget(what: str) -> str:
    return f"{SAID}_{what}"


def _hear_of(what: str) -> None:
    st.session_state[SAID] = st.session_state.get(SAID, {}) | {what: st.session_state[_widget(what)]}


def _shares(found: Findings, recording: Recording) -> None:
    answered = {each.party.name: each.shares for each in found.parties if each.shares}
    if not answered:
        return
    st.subheader(_("Share of time"), anchor=False)
    figure = emotion_shares(answered)
    chart(
        figure,
        "share-of-time",
        PurePath(recording.name).stem,
        title=_("{file}: share of time · {model}", file=recording.name, model=found.conversation.model),
        key="conversation_shares",
    )


def _turning_points(found: Findings) -> None:
    st.subheader(_("Turning points"), anchor=False)
    lines = [
        f"- **{literal(each.party.name)}** {words.turning_point(point)}"
        for each in found.parties
        for point in each.turning_points
    ]
    st.markdown("\n".join(lines) or _("No voice changed and stayed changed."), help=_(words.WHAT_TURNS))


def _talk(found: Findings) -> None:
    st.subheader(_("Talking and silence"), anchor=False)
    st.markdown("\n".join(f"- {literal(name)}: {value}" for name, value in words.talk_lines(found)))


def _downloads(found: Findings) -> None:
    st.subheader(_("Keep the report"), anchor=False)
    name = found.conversation.file
    makers = {
        "html": (_("Report to print (HTML)"), "text/html", bound(partial(report_html, found))),
        "json": ("JSON", "application/json", lambda: json.dumps(report_dict(found), indent=2, ensure_ascii=False)),
        "csv": ("CSV", "text/csv", lambda: report_csv(found)),
    }
    with st.container(horizontal=True):
        for ending, (label, mime, make) in makers.items():
            st.download_button(
                label,
                make,  # made on request: the report on hours takes a megabyte
                file_name=download_name(name, f"conversation.{ending}"),
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"conversation_{ending}",
            )
