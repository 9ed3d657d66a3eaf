"""The recordings that a person gives to the page."""

import secrets
from dataclasses import dataclass, field
from html import escape

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ser_core.config import load_settings
from ser_core.language import _, ngettext
from ui.server.uploads import release_mine

_GIVEN = "conversations_given"
_UPLOADS = "conversations_uploads"
JOB, SAID, STAGE = OF_THEM = ("conversations_job", "conversations_said", "conversations_stage")
"""What a session holds of the recordings: the job that hears them, what the person said of them, what plays."""


@dataclass(frozen=True, eq=False)
class Recording:
    """A recording as it was given.

    Attributes:
        name: its name; text, never a path to open or markup to render.
        data: the file's bytes.
        number: tells it from every other recording.
    """

    name: str
    data: bytes
    number: str = field(default_factory=lambda: secrets.token_hex(8))


def choose() -> tuple[Recording, ...]:
    """Draw the way in, or, once there are recordings, a line that says which; those that the person gave last."""
    given: tuple[Recording, ...] = st.session_state.get(_GIVEN, ())
    if not given:
        _upload()
        return ()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        said = given[0].name if len(given) == 1 else ngettext("{count} recording", "{count} recordings", len(given))
        # Escaped HTML, which is the only way to show any name exactly as it is.
        st.html(f'<p class="ser-recording"><b>{escape(said)}</b></p>', width="content")
        st.button(
            _("Remove recording") if len(given) == 1 else _("Remove recordings"),
            on_click=forget,
            type="tertiary",
            icon=":material/delete:",
            help=_("Removes what you gave and its results from the server's memory."),
            key="conversations_forget",
        )
    return given


def forget() -> None:
    """Drop the recordings and everything made of them."""
    for name in (_GIVEN, *OF_THEM):
        st.session_state.pop(name, None)
    _empty()


def _upload() -> None:
    # Streamlit rejects files above its own limit, whatever the widget says.
    limit_mb = min(load_settings().max_upload_mb, int(st.get_option("server.maxUploadSize")))
    widget = f"conversations_upload_{st.session_state.get(_UPLOADS, 0)}"

    def take() -> None:
        held = [each for each in st.session_state.get(widget, ()) if isinstance(each, UploadedFile)]
        given = tuple(Recording(each.name, each.getvalue()) for each in held)
        if given:
            forget()
            st.session_state[_GIVEN] = given

    st.file_uploader(
        _("A conversation, or several recordings for a table"),
        # Every name: the format is recognised by content, and what cannot be read is told with its reason.
        type=None,
        accept_multiple_files=True,
        max_upload_size=limit_mb,
        key=widget,
        on_change=take,
    )


def _empty() -> None:
    # A new key empties the widget; there is no other way.
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
    release_mine()
