"""Uploading a recording, on any page."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ser_core.config import load_settings


def upload(label: str, key: str, on_change: Callable[[UploadedFile | None], Any] | None = None) -> UploadedFile | None:
    """Draw the widget that takes a file; what it holds, or None. `on_change` is given that when it has changed."""
    # Streamlit rejects files above its own limit, whatever the widget says.
    limit_mb = min(load_settings().max_upload_mb, int(st.get_option("server.maxUploadSize")))
    number = st.session_state.setdefault(_count(key), 0)
    widget = f"{key}_upload_{number}"

    def changed() -> None:
        if on_change is not None:
            on_change(st.session_state[widget])

    held: UploadedFile | None = st.file_uploader(
        label,
        # Every name: the format is recognised by content, and what cannot be read is told with its reason.
        type=None,
        max_upload_size=limit_mb,
        key=widget,
        on_change=changed,
    )
    return held


def empty(key: str) -> None:
    """Release the widget's file, from the next run of the page on."""
    # A new key empties the widget; there is no other way.
    st.session_state[_count(key)] = st.session_state.get(_count(key), 0) + 1


def _count(key: str) -> str:
    return f"{key}_upload_count"
