"""A recording that one page hands over to the Analyse page, within a session."""

from dataclasses import dataclass

import streamlit as st

_HANDED = "handed_over"
ANALYSE = "app.py"


@dataclass(frozen=True)
class Handed:
    """A recording: its name, which is text and never a path, and its file's bytes."""

    name: str
    data: bytes


def hand_over(name: str, data: bytes) -> None:
    """Leave the recording for the Analyse page, and go there. Ends the run of this page."""
    st.session_state[_HANDED] = Handed(name, data)
    st.switch_page(ANALYSE)


def handed_over() -> Handed | None:
    """What another page has left, once; None for nothing."""
    handed: Handed | None = st.session_state.pop(_HANDED, None)
    return handed
