"""What to aim for and what to say."""

from html import escape

import streamlit as st

from ser_core.labels import STYLES, Emotion
from ui.practise.sentences import SENTENCES
from ui.practise.state import Sitting
from ui.shared.illustrations import img
from ui.shared.text import name_of

_TARGET, _SENTENCE, _OWN_TEXT = "practise_target", "practise_sentence", "practise_own_text"
_OWN = "My own words"
_LONGEST_TEXT = 400


def choose(sitting: Sitting) -> None:
    """Draw the choice of a target and of a sentence, and put both into the sitting."""
    # Streamlit forgets a widget while it is not drawn; the sitting does not.
    st.session_state.setdefault(_TARGET, sitting.target)
    chosen = st.pills("How do you want to sound?", list(Emotion), required=True, format_func=name_of, key=_TARGET)
    if chosen is not None:
        sitting.target = chosen
    with st.container(border=True, key="practise_task", horizontal=True, gap="medium"):
        st.html(img(sitting.target, size_px=88), width="content")
        with st.container(width="stretch", gap="small"):
            st.markdown(f"**{name_of(sitting.target)}** often sounds like this: {STYLES[sitting.target].sounds_like}")
            _choose_sentence(sitting)
            if sitting.sentence:
                st.html(f'<p style="font-size: 1.25rem; font-weight: 600; margin: 0">“{escape(sitting.sentence)}”</p>')


def _choose_sentence(sitting: Sitting) -> None:
    st.session_state.setdefault(_SENTENCE, _OWN if sitting.own_words else sitting.sentence)
    chosen: str = st.selectbox(
        "What do you want to say?",
        [*SENTENCES, _OWN],
        key=_SENTENCE,
        help="The sentences carry no emotion of their own, so all of it has to come from your voice. Say the same "
        "one in each take: then the takes compare.",
    )
    if chosen == _OWN:
        st.session_state.setdefault(_OWN_TEXT, sitting.sentence if sitting.own_words else "")
        text: str = st.text_area(
            "Your text",
            max_chars=_LONGEST_TEXT,
            placeholder="Two or three sentences. Leave it empty to speak freely.",
            key=_OWN_TEXT,
        )
        sitting.sentence = " ".join(text.split())
    else:
        sitting.sentence = chosen
    sitting.own_words = chosen == _OWN
