"""Making a take, with the microphone or from a file."""

from collections.abc import Callable

import streamlit as st

from ser_core import audio
from ser_core.adaptation.enrolment import ASKED_S
from ser_core.errors import SerError
from ser_core.language import N_, _
from ser_core.practice.session import Session
from ser_core.practice.take import MAX_TAKE_S, judge_take, neutral_voice
from ser_core.practice.task import NEUTRAL_PASSAGE
from ui.practise.report import finish_button
from ui.server import watch
from ui.server.turns import BusyError, Turns, turns_for
from ui.shared import loaders, waiting
from ui.shared.errors import tell
from ui.stage.recorder import next_recording, record
from ui.stage.upload import empty, upload
from ui.stage.ways import Way, choose_way


def ask_for_take(session: Session) -> None:
    """Draw the ways to make a take; once there is one, add it to the session and rerun."""

    def hear(data: bytes, name: str) -> None:
        recogniser = loaders.recogniser()
        with watch.analysis("practise", data) as watched, waiting.for_turn(_turns_of(data)):
            made = judge_take(
                data, session.task, session.next_number, name=name, recogniser=recogniser, enrolment=session.enrolment
            )
            watched.duration_s = made.clip.duration_s
        session.add(made)

    wanted = N_("Read the sentence above") if session.task.sentence else N_("A few sentences are best")
    with st.container(border=True):
        _obtain(session, "practise", _("Take {number}.wav", number=session.next_number), wanted, hear)
    if session.takes:
        finish_button(session)


def ask_for_neutral_voice(session: Session) -> None:
    """Draw the ways to record the neutral voice; once it is there, add it to the session and rerun."""

    def hear(data: bytes, _name: str) -> None:
        recogniser = loaders.recogniser()
        with waiting.for_turn(_turns_of(data)):
            session.enrol(neutral_voice(data, recogniser))

    with st.container(border=True):
        st.markdown(
            _(
                "**Your neutral voice.** Read this aloud as you would to a friend, without acting, for "
                "about {seconds:.0f} seconds:",
                seconds=ASKED_S,
            )
        )
        st.markdown(_("“{quote}”", quote=_(NEUTRAL_PASSAGE)))
        _obtain(session, "practise_voice", _("Neutral voice.wav"), N_("Read the text above"), hear)
        st.button(_("Not now"), on_click=session.leave_enrolment, type="tertiary", key="practise_voice_cancel")


def _turns_of(data: bytes) -> Turns:
    return turns_for(audio.probe(data).duration_s)


def _obtain(session: Session, key: str, name: str, wanted: str, hear: Callable[[bytes, str], None]) -> None:
    """Ask for a recording and judge it; a problem with it is stored in the session for the page to show."""
    let_go: Callable[[str], None]
    if choose_way((Way.RECORD, Way.UPLOAD), f"{key}_way") == Way.RECORD:
        data, let_go = record(key, wanted, longest_s=int(MAX_TAKE_S)), next_recording
    else:
        given = upload(_("A recording of yourself, at most {minutes:.0f} minutes", minutes=MAX_TAKE_S / 60), key)
        data, let_go = (None, empty) if given is None else (given.data, empty)
        name = name if given is None else given.name
    if data is None:
        return
    with st.spinner(_("Listening …")):
        # It is released only after it has been judged, so that an interrupted run of the page loses nothing.
        try:
            hear(data, name)
        except BusyError as error:
            tell(error)
            return
        except SerError as error:
            session.refuse(error)
        let_go(key)
    st.rerun()
