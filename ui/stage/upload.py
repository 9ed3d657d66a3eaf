"""Uploading a recording, on any page."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ser_core.config import load_settings
from ui.server.uploads import release_mine


@dataclass(frozen=True)
class Given:
    """A file that a person has given: its name, which is text and never a path, and its content."""

    name: str
    data: bytes


def upload(label: str, key: str, on_given: Callable[[Given], None] | None = None) -> Given | None:
    """Draw the widget that takes a file; what it holds, or None. `on_given` is called with a file when one is given.

    What it holds is held until `empty`, which whoever has taken the file calls.
    """
    # Streamlit rejects files above its own limit, whatever the widget says.
    limit_mb = min(load_settings().max_upload_mb, int(st.get_option("server.maxUploadSize")))
    widget = _widget(key)

    def changed() -> None:
        # A browser may still tell of a file that has been taken and released meanwhile; that is no file any more.
        held = st.session_state.get(widget)
        if on_given is not None and isinstance(held, UploadedFile):
            on_given(_given(held))

    held: UploadedFile | None = st.file_uploader(
        label,
        # Every name: the format is recognised by content, and what cannot be read is told with its reason.
        type=None,
        max_upload_size=limit_mb,
        key=widget,
        on_change=changed,
    )
    return None if held is None else _given(held)


def empty(key: str) -> None:
    """Release the widget's file: at once on the server, and in the browser from the next run of the page on."""
    # A new key empties the widget; there is no other way.
    st.session_state[_count(key)] = st.session_state.get(_count(key), 0) + 1
    # Each page has one place to upload to, and of what was there before nothing is wanted either. Streamlit would keep
    # it until the page is closed.
    release_mine()


def _given(held: UploadedFile) -> Given:
    return Given(held.name or "recording", held.getvalue())


def _widget(key: str) -> str:
    return f"{key}_upload_{st.session_state.setdefault(_count(key), 0)}"


def _count(key: str) -> str:
    return f"{key}_upload_count"
