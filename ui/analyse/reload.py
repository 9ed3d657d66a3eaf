"""A reload loses nothing unasked: the recording that was here before, and what was labelled, are offered back."""

from html import escape

import streamlit as st

from ser_core.language import _
from ui.analyse import sources, voices
from ui.server.memory import give_back_soon
from ui.shared import reloaded

_RECORDING = "recording"


def leave() -> None:
    """Let the page have what it has now when it is loaded anew."""
    recording = sources.current()
    reloaded.leave(reloaded.before() if recording is None else {_RECORDING: recording, **voices.learned()})


def offer_back() -> None:
    """Draw the offer of the recording that was here before the page was loaded anew, where there was one and there is
    no other yet.
    """
    lost: sources.Recording | None = reloaded.before().get(_RECORDING)
    if lost is None or sources.current() is not None:
        return
    with st.container(border=True, key="offer_back"):
        # Escaped HTML, which is the only way to show any name exactly as it is.
        name = f"<b>{escape(lost.name)}</b>"
        st.html(f'<p class="ser-recording">{_("{name} was here before this page was loaded anew.", name=name)}</p>')
        with st.container(horizontal=True):
            st.button(_("Open it again"), on_click=_take_back, icon=":material/undo:", key="take_back")
            st.button(_("Drop it"), on_click=_drop, type="tertiary", key="drop_lost")


def _take_back() -> None:
    before = reloaded.before()
    voices.learn_again(before)
    sources.take(before[_RECORDING])


def _drop() -> None:
    reloaded.forget()
    give_back_soon()
