"""The ways to give a recording, and the choice between them."""

from collections.abc import Sequence
from enum import StrEnum

import streamlit as st


class Way(StrEnum):
    """A way to give a recording, as the pages call it."""

    UPLOAD = "Upload"
    RECORD = "Record"
    SAMPLE = "Samples"


_ICONS = {
    Way.UPLOAD: ":material/upload_file:",
    Way.RECORD: ":material/mic:",
    Way.SAMPLE: ":material/library_music:",
}


def choose_way(ways: Sequence[Way], key: str) -> Way:
    """Draw the choice between ways, the first of them at first."""
    chosen: Way = st.segmented_control(
        "How do you want to give a recording?",
        ways,
        default=ways[0],
        required=True,
        format_func=lambda way: f"{_ICONS[way]} {way.value}",
        label_visibility="collapsed",
        key=key,
    )
    return chosen
