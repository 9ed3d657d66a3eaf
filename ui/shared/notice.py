"""What a person is told before the first use, and can read again at any time."""

import streamlit as st

_READ = "notice_read"

SHORT = (
    "This app guesses what emotion a voice **sounds like**. It cannot know what a person feels, and it is often "
    "wrong. Nothing is stored unless you save it. Do not use it on people at work or in education, where European "
    "law prohibits it, nor on anyone who has not been told."
)

LIMITS = """
- **Not at work, not in education.** In the European Union it is prohibited to infer the emotions of people
  there (AI Act, article 5(1)(f); medical and safety reasons excepted). Practising on your own is fine, as long
  as the result is yours alone.
- **Tell people.** Whoever is exposed to emotion recognition must be told (article 50(3)). Analyse only voices
  of people who know and agree.
- **Decide nothing by it.** A score describes how a voice sounds to a model trained on acted speech. It is no
  evidence of feelings, character, honesty or health.

This is orientation, not legal advice.
"""


def first_use() -> None:
    """The notice in full until it has been read in this session; nothing afterwards."""
    if st.session_state.get(_READ):
        return
    with st.container(border=True, key="notice"):
        st.markdown(f"**Before you start.** {SHORT}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("I understand", on_click=_mark_read, key="notice_read_button")
            with st.popover("What it must not be used for"):
                st.markdown(LIMITS)


def again() -> None:
    """The same words, folded, for the sidebar."""
    with st.expander("What this app does and must not be used for"):
        st.markdown(SHORT)
        st.markdown(LIMITS)


def _mark_read() -> None:
    st.session_state[_READ] = True
