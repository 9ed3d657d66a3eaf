"""The notice that people see before the first use, and can read again at any time."""

import streamlit as st

_READ = "notice_read"

SHORT = (
    "This app guesses which emotion a voice **sounds like**. It cannot know what a person feels, and it is often "
    "wrong. Nothing is stored unless you save it. Do not use it on people at work or in education, where European law "
    "prohibits it, or on anyone who has not been told."
)

LIMITS = """
- **Not at work, not in education.** In the European Union it is prohibited to infer people's emotions there
  (AI Act, article 5(1)(f), except for medical or safety reasons). Practising on your own is fine, as long as the
  result stays with you.
- **Tell people.** People who are exposed to emotion recognition must be told (article 50(3)). Analyse only the
  voices of people who know and agree.
- **Do not base decisions on it.** A score describes how a voice sounds to a model trained on acted speech. It is
  not evidence of feelings, character, honesty or health.

This is guidance, not legal advice.
"""


def first_use() -> None:
    """Draw the full notice until it has been read in this session; nothing afterwards."""
    if st.session_state.get(_READ):
        return
    with st.container(border=True, key="notice"):
        st.markdown(f"**Before you start.** {SHORT}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("I understand", on_click=_mark_read, key="notice_read_button")
            with st.popover("Prohibited uses"):
                st.markdown(LIMITS)


def again() -> None:
    """Draw the same notice, folded, for the sidebar."""
    with st.expander("What this app is for, and prohibited uses"):
        st.markdown(SHORT)
        st.markdown(LIMITS)


def _mark_read() -> None:
    st.session_state[_READ] = True
