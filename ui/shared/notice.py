"""The notice that people see before the first use, and can read again at any time.

That it was read is kept in a cookie of this browser, which holds nothing else.
"""

from pathlib import Path
from typing import Any

import streamlit as st

from ser_core.language import N_, _
from ui.server.paths import base

_READ = "notice_read"
_COOKIE = "ser_notice"
_YEAR_S = 365 * 24 * 3600

SHORT = N_(
    "This app guesses which emotion a voice **sounds like**. It cannot know what a person feels, and it is often "
    "wrong. Nothing is stored unless you save it. Do not use it on people at work or in education, where European law "
    "prohibits it, or on anyone who has not been told."
)

_IN_SHORT = N_(
    "This is how a voice sounds, not what a person feels. Do not use it on people at work or in education, or on "
    "anyone who has not been told."
)

LIMITS = N_("""
- **Not at work, not in education.** In the European Union it is prohibited to infer people's emotions there
  (AI Act, article 5(1)(f), except for medical or safety reasons). Practising on your own is fine, as long as the
  result stays with you.
- **Tell people.** People who are exposed to emotion recognition must be told (article 50(3)). Analyse only the
  voices of people who know and agree.
- **Do not base decisions on it.** A score describes how a voice sounds to a model trained on acted speech. It is
  not evidence of feelings, character, honesty or health.

This is guidance, not legal advice.
""")


def first_use() -> None:
    """Draw the full notice until it has been read in this browser; nothing afterwards."""
    if _was_read():
        return
    with st.container(border=True, key="notice"):
        st.markdown(f"**{_('Before you start.')}** {_(SHORT)}")
        _buttons()


def strip() -> None:
    """Draw the notice in a sentence, as long as `first_use` would draw it."""
    if _was_read():
        return
    with st.container(border=True, key="notice"):
        st.markdown(f"**{_('A guess, and often wrong.')}** {_(_IN_SHORT)}")
        _buttons()


def remember() -> None:
    """Let the browser remember that the notice was read, where it does not yet."""
    if st.session_state.get(_READ) and not st.context.cookies.to_dict().get(_COOKIE):
        data = {"name": _COOKIE, "path": base() or "/", "max_age_s": _YEAR_S}
        _browser()(key="notice_remembered", data=data, height=1)


def _buttons() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("I understand"), on_click=_mark_read, key="notice_read_button")
        with st.popover(_("Prohibited uses")):
            st.markdown(_(LIMITS))


def again() -> None:
    """Draw the same notice, folded, for the sidebar."""
    with st.expander(_("What this app is for, and prohibited uses")):
        st.markdown(_(SHORT))
        st.markdown(_(LIMITS))


def _mark_read() -> None:
    st.session_state[_READ] = True


def _was_read() -> bool:
    return bool(st.session_state.get(_READ) or st.context.cookies.to_dict().get(_COOKIE))


@st.cache_resource(show_spinner=False)
def _browser() -> Any:
    # Registered once, because a second registration under the same name is logged as an error.
    script = (Path(__file__).parent / "notice.js").read_text(encoding="utf-8")
    return st.components.v2.component("ser_notice", html="", js=script)
