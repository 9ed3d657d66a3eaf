"""Enrolment of a person's neutral voice: recorded once, kept only if they ask for it."""

import streamlit as st

from ser_core.adaptation.enrolment import ASKED_S, Enrolment
from ser_core.errors import SerError
from ser_core.language import _
from ser_core.practice.session import Session
from ui.shared import profile
from ui.shared.errors import tell

_WANTED = "practise_voice_wanted"
_COUNT = "practise_voice_keeps"


def recall(session: Session) -> None:
    """Load the neutral voice that is kept with the profile into the session, unless another has been recorded since.

    If it was kept and has been deleted on the History page, it is removed here as well.
    """
    if session.enrolment is not None and not session.enrolment_kept:
        return
    try:
        number = profile.current()
        known = None if number is None else profile.history().enrolment(number)
    except SerError:
        # Practice continues without it; the History page says why.
        known = None
    session.recall(known, kept=True)


def show(session: Session) -> None:
    """Draw the person's neutral voice, and the buttons to record, keep and forget it."""
    with st.container(border=True, key="practise_voice"):
        if session.enrolment is None:
            st.markdown(
                _(
                    "**Compare with your own voice.** Record about {seconds:.0f} seconds of your everyday "
                    "voice once, and feedback tells you how far you moved from it, instead of how you differ "
                    "from others.",
                    seconds=ASKED_S,
                )
            )
            st.button(
                _("Record my neutral voice"),
                icon=":material/person_add:",
                on_click=session.begin_enrolment,
                key="practise_voice_begin",
            )
            return
        pitch_hz = session.enrolment.values["pitch_median_hz"]
        st.markdown(
            _(
                "**Your neutral voice is enrolled** (pitch around {pitch_hz:.0f} Hz). Each take is compared with it.",
                pitch_hz=pitch_hz,
            )
        )
        if st.session_state.get(_WANTED):
            _keep(session, session.enrolment)
        _offer(session)


def _offer(session: Session) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if session.enrolment_kept:
            st.markdown(f":material/bookmark_added: {_('Kept with your profile.')}", width="content")
        elif not st.session_state.get(_WANTED):
            st.button(
                _("Keep it for next time"),
                icon=":material/bookmark_add:",
                on_click=_want,
                help=_(
                    "Keeps a few numbers about your voice with your profile on the server, but no sound. Otherwise "
                    "they are gone when you close this page."
                ),
                key="practise_voice_keep",
            )
        st.button(_("Record it again"), on_click=session.begin_enrolment, type="tertiary", key="practise_voice_again")
        st.button(_("Forget it"), on_click=_forget, args=(session,), type="tertiary", key="practise_voice_forget")


def _want() -> None:
    # Each wish has a number, so that the browser is asked again each time.
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    st.session_state[_WANTED] = st.session_state[_COUNT]


def _keep(session: Session, enrolment: Enrolment) -> None:
    try:
        number = profile.open_for_saving(f"practise_voice_{st.session_state[_WANTED]}")
        if number is None:
            st.caption(_("Saving …"))
            return
        profile.history().save_enrolment(number, enrolment)
    except SerError as error:
        tell(error)
    else:
        session.recall(enrolment, kept=True)
    del st.session_state[_WANTED]


def _forget(session: Session) -> None:
    if session.enrolment_kept:
        try:
            number = profile.current()
            if number is not None:
                profile.history().save_enrolment(number, None)
        except SerError as error:
            session.refuse(error)
            return
    session.recall(None, kept=False)
