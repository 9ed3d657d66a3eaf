"""How errors are shown: as one friendly message instead of a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from ser_core.errors import AudioError, SerError
from ser_core.language import _
from ui.server.turns import BusyError
from ui.shared.illustrations import Mood, img
from ui.shared.text import literal


@contextmanager
def told_kindly() -> Iterator[None]:
    """Inside this context, an error of ours becomes a message on the page, and the page ends there.

    Any other error is a bug and is shown as one.
    """
    try:
        yield
    except SerError as error:
        tell(error)
        st.stop()


def tell(error: SerError) -> None:
    """Draw an error of ours on a page that continues after it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if isinstance(error, AudioError):
            st.html(img(Mood.NO_SPEECH, size_px=72), width="content")
        # The message may quote the contents of a stranger's file.
        with st.container(width="stretch"):  # beside the picture; otherwise it would go to the next line
            st.error(literal(str(error)), icon=":material/error:")
    if isinstance(error, BusyError):
        st.button(_("Try again"), icon=":material/refresh:", key="busy_try_again")
