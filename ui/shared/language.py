"""The language of a visitor: what the browser asks for, unless they have chosen another one.

The choice is kept in a cookie of this browser, which holds nothing else.
"""

import json
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ser_core.config import load_settings
from ser_core.language import ENGLISH, _, choose, languages, own_name, use
from ui.server.paths import base
from ui.server.shell import LANGUAGE_COOKIE, asked_for

_STATE = "language"
_PICKED = "language_picked"
_WIDGET = "language_choice"
_YEAR_S = 365 * 24 * 3600


def of_visitor() -> str | None:
    """The language of the visitor for whom this thread draws a page; None where it draws none."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    spoken: str | None = st.session_state.get(_STATE)
    if spoken is None:
        cookie = st.context.cookies.to_dict().get(LANGUAGE_COOKIE, "")
        spoken = asked_for(cookie, st.context.headers.get("Accept-Language", "")) or ENGLISH
        st.session_state[_STATE] = spoken
    return spoken


# What Streamlit says itself, in English alone, and has no argument for.
_STREAMLITS = """
<style>
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p,
[data-testid="stFileUploaderDropzoneInstructions"] span {{ visibility: hidden; font-size: 0; }}
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p::after,
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{ visibility: visible; font-size: 0.875rem; }}
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p::after {{ content: {upload}; }}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{ content: {limit}; }}
[data-testid="InputInstructions"] {{ display: none; }}
</style>
"""


# Wherever a sentence is said for a page: in its run, in a part of it that redraws itself, and in what a button calls.
use(of_visitor)


def selector() -> None:
    """Draw the choice of the language; the browser remembers it."""
    spoken = of_visitor() or ENGLISH
    if len(languages()) > 1:
        st.session_state[_WIDGET] = spoken
        st.segmented_control(
            _("Language"),
            languages(),
            required=True,
            format_func=own_name,
            on_change=_pick,
            key=_WIDGET,
            label_visibility="collapsed",
        )
    if spoken != ENGLISH:
        limit_mb = min(load_settings().max_upload_mb, int(st.get_option("server.maxUploadSize")))
        upload, limit = _("Choose a file"), _("up to {megabytes} MB each", megabytes=limit_mb)
        st.html(_STREAMLITS.format(upload=json.dumps(upload), limit=json.dumps(limit)))
    picked = bool(st.session_state.get(_PICKED))
    data = {
        "language": spoken,
        "keep": picked,
        "name": LANGUAGE_COOKIE,
        "path": base() or "/",
        "max_age_s": _YEAR_S,
    }
    _browser()(key="language_told", data=data, height=1)


def _pick() -> None:
    st.session_state[_STATE] = choose([st.session_state[_WIDGET]]) or ENGLISH
    st.session_state[_PICKED] = True


@st.cache_resource(show_spinner=False)
def _browser() -> Any:
    # Registered once, because a second registration under the same name is logged as an error.
    script = (Path(__file__).parent / "language.js").read_text(encoding="utf-8")
    return st.components.v2.component("ser_language", html="", js=script)
