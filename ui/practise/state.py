"""The practice session of whoever is here: held by the server for as long as the page is open, and nowhere else."""

import streamlit as st

from ser_core.practice.session import Session

_STATE = "practice"


def practice_session() -> Session:
    """The practice session of this browser session."""
    held: Session = st.session_state.setdefault(_STATE, Session())
    return held


def start_anew() -> None:
    """Forget all takes; the task and the neutral voice stay."""
    st.session_state[_STATE] = practice_session().successor()
