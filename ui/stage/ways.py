"""The ways to provide a recording, and the choice between them."""

from collections.abc import Sequence
from enum import StrEnum

import streamlit as st

from ser_core.language import N_, _


class Way(StrEnum):
    """A way to provide a recording, by its name on the pages."""

    UPLOAD = N_("Upload")
    RECORD = N_("Record")
    LIVE = N_("Live")
    SAMPLE = N_("Samples")


_ICONS = {
    Way.UPLOAD: ":material/upload_file:",
    Way.RECORD: ":material/mic:",
    Way.LIVE: ":material/sensors:",
    Way.SAMPLE: ":material/library_music:",
}


def choose_way(ways: Sequence[Way], key: str, default: Way | None = None) -> Way:
    """Draw the choice between ways; the first is the default unless another is given."""
    chosen: Way = st.segmented_control(
        _("How do you want to provide a recording?"),
        ways,
        default=default or ways[0],
        required=True,
        format_func=lambda way: f"{_ICONS[way]} {_(way.value)}",
        label_visibility="collapsed",
        key=key,
    )
    return chosen
