"""The takes of a session side by side, and the report when it is finished."""

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape

import streamlit as st

from ser_core.language import N_, _
from ser_core.practice.session import Reviewing, Session
from ser_core.practice.summary import (
    TargetProgress,
    change_text,
    probability_text,
    session_dict,
    session_text,
    summarise,
)
from ser_core.practice.take import Take
from ser_core.prosody import MEASURES
from ser_core.text.numbers import Number, percent
from ser_core.text.outcome import Outcome, outcome_count, outcome_words
from ui.shared import profile
from ui.shared.illustrations import img
from ui.shared.text import AUDIBLE, literal, name_of

UNITS = N_(
    "A **semitone** is the step from one piano key to the next, including the black ones; twelve make an octave. "
    "**LUFS** measures loudness the way the ear perceives it; 10 more sounds about twice as loud. **dB** (decibel) "
    "compares levels; a difference of 1 dB is barely audible."
)
# Streamlit's tables cannot keep their first column in sight on a narrow screen.
_STYLE = """
<style>
.ser-takes { overflow-x: auto; }
.ser-takes table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.ser-takes th, .ser-takes td { padding: 0.35rem 0.9rem; text-align: right; white-space: nowrap;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.ser-takes thead th { font-weight: 600; }
.ser-takes tbody th { text-align: left; font-weight: 400; position: sticky; left: 0;
  background: Canvas; } /* of the light or dark scheme; the page itself has no variables of the theme */
.ser-takes td span { opacity: 0.75; }
</style>
"""


def side_by_side(session: Session) -> None:
    """Draw the takes of the session side by side; nothing before the second."""
    if len(session.takes) < 2:
        return
    st.subheader(_("Your takes side by side"), anchor=False)
    _table(session.takes[::-1])  # newest first, because a narrow screen has to scroll to the others
    if not isinstance(session.stage, Reviewing):  # there, the pictures explain the units already
        st.caption(_(UNITS))
    _listen(session)


def suggest(session: Session) -> None:
    """Draw a note in place of the recorder when no further take fits."""
    st.info(
        _("This has been a long session: a good moment to finish and look back."), icon=":material/self_improvement:"
    )
    finish_button(session)


def show(session: Session, ended_at: datetime) -> None:
    """Draw the report on a finished session."""
    st.header(_("Your session"), anchor=False)
    for progress in summarise(session.takes):
        _progress(progress)
    side_by_side(session)
    name = f"practice-{ended_at:%Y-%m-%d-%H-%M}"
    with st.container(horizontal=True):
        st.download_button(
            _("Report as text"),
            session_text(session.takes, ended_at),
            file_name=f"{name}.txt",
            mime="text/plain",
            on_click="ignore",
            icon=":material/download:",
            key="practise_report_text",
        )
        st.download_button(
            _("Report as JSON"),
            lambda: json.dumps(session_dict(session.takes, ended_at), indent=2, ensure_ascii=False),
            file_name=f"{name}.json",
            mime="application/json",
            on_click="ignore",
            icon=":material/download:",
            key="practise_report_json",
        )
    with st.container(horizontal=True):
        st.button(
            _("Start a new session"),
            type="primary",
            icon=":material/restart_alt:",
            on_click=session.start_anew,
            help=_(
                "Removes these takes and their sound from the server's memory. What you saved stays in your history."
            ),
            key="practise_anew",
        )
        st.button(_("Continue this session"), on_click=session.resume, key="practise_go_on")


def finish_button(session: Session) -> None:
    """Draw the button that ends the session."""
    st.button(
        _("Finish session"),
        icon=":material/flag:",
        on_click=_finish,
        args=(session,),
        help=_("Shows what changed over your takes. Looking back helps more than watching numbers while you speak."),
        key="practise_finish",
    )


def _finish(session: Session) -> None:
    session.finish(datetime.now(profile.zone()))


def _progress(progress: TargetProgress) -> None:
    target = progress.target
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.html(img(target, size_px=72), width="content")
            with st.container(width="stretch", gap="xsmall"):
                st.markdown(f"**{name_of(target)}**: {outcome_count(progress.outcomes)}.")
                if (moved := probability_text(progress)) is not None:
                    st.markdown(moved)
        if progress.changes:
            changes = "\n".join(f"- {literal(change_text(each, target))}" for each in progress.changes)
            st.markdown(_("Audible changes from the first take to the last:\n\n{changes}", changes=changes))
        elif len(progress.takes) > 1:
            st.markdown(_("There is no audible difference between the first take and the last."))
        for remark in progress.remarks:
            st.markdown(f"**{remark.title}** ({remark.place}): {literal(remark.sentence)}")


def _table(takes: Sequence[Take]) -> None:
    head = "".join(f"<th scope='col'>{escape(_('Take {number}', number=take.number))}</th>" for take in takes)
    rows = [
        (_("Aimed for"), [name_of(take.target) for take in takes]),
        (_("Outcome"), [_heard(take) for take in takes]),
        (_("Its probability"), [_probability(take) for take in takes]),
        *(
            (f"{_(MEASURES[name].label)} ({_(MEASURES[name].unit)})", [_value(take, name) for take in takes])
            for name in AUDIBLE
        ),
    ]
    body = "".join(
        f"<tr><th scope='row'>{escape(called)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for called, cells in rows
    )
    label = escape(_("Takes side by side"), quote=True)
    # It can be wider than the screen, so it has to be scrollable by keyboard.
    st.html(
        f"{_STYLE}<div class='ser-takes' tabindex='0' role='region' aria-label='{label}'><table><thead><tr>"
        f"<th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


# A fragment, so that listening to another take redraws nothing else.
@st.fragment
def _listen(session: Session) -> None:
    take = st.pills(
        _("Listen again"),
        session.takes,
        format_func=lambda take: _("Take {number}", number=take.number),
        key=f"practise_listen_{session.number}",
    )
    if take is not None:
        st.audio(take.wav, format="audio/wav", alt=_("Take {number}", number=take.number))


def _heard(take: Take) -> str:
    words = outcome_words(take.report.prediction.claim, take.target)
    return f"✓ {words}" if take.outcome is Outcome.CAME_ACROSS else words


def _probability(take: Take) -> str:
    return _("unknown") if take.target_probability is None else percent(take.target_probability)


def _value(take: Take, name: str) -> str:
    value = take.value(name)
    return "–" if value is None else f"{Number(value):.{MEASURES[name].decimals}f}"
