"""A page that is loaded anew knows what the one before it had: what a reload would lose is offered back.

It lies in the server's memory for some seconds after the page before has gone, and no longer (`ui.server.visits`).
"""

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.server import left

_MINE = "left"
_BEFORE = "left_before"
_COMPONENT = "left_browser"


def leave(content: dict[str, Any]) -> None:
    """What the page would lose by being loaded anew, from now on; nothing where it is empty."""
    mine: left.Left | None = st.session_state.get(_MINE)
    if mine is None:
        context = get_script_run_ctx()
        mine = st.session_state[_MINE] = left.Left(context.session_id if context else "")
    mine.content = content
    with st.sidebar:  # where its empty element leaves no gap
        _browser()(key=_COMPONENT, data={"name": mine.name}, height=1, on_before_change=_nothing)


def before() -> dict[str, Any]:
    """What the page had before it was loaded anew, until `forget`; empty for nothing."""
    known: dict[str, Any] | None = st.session_state.get(_BEFORE)
    if known is not None:
        return known
    state: Any = st.session_state.get(_COMPONENT)
    name = state.get("before") if state else None
    if not isinstance(name, str):
        return {}
    found = left.find(name)
    # From here on it belongs to this session: the one before may end.
    known = st.session_state[_BEFORE] = dict(found.content) if found is not None else {}
    return known


def forget() -> None:
    """Drop what was there before."""
    st.session_state[_BEFORE] = {}


def _nothing() -> None:
    # The component's state reaches Python only if there is a callback; only the rerun is needed.
    return None


@st.cache_resource(show_spinner=False)
def _browser() -> Any:
    # Registered once, because a second registration under the same name is logged as an error.
    script = (Path(__file__).parent / "left.js").read_text(encoding="utf-8")
    return st.components.v2.component("ser_left", html="", js=script)
