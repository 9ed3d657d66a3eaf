"""The choice of what to aim for and what to say."""

from html import escape

import streamlit as st

from ser_core.labels import STYLES, Emotion, named
from ser_core.language import N_, _
from ser_core.practice.session import Session
from ser_core.practice.task import SENTENCES, Task
from ui.shared.illustrations import img
from ui.shared.text import name_of

_TARGET, _SENTENCE, _OWN_TEXT = "practise_target", "practise_sentence", "practise_own_text"
_OWN = N_("My own words")
_LONGEST_TEXT = 400


def choose(session: Session) -> None:
    """Draw the choice of a target and a sentence, and store both in the session."""
    # Streamlit forgets a widget that is not drawn; the session does not.
    st.session_state.setdefault(_TARGET, session.task.target)
    chosen = st.pills(_("How do you want to sound?"), list(Emotion), required=True, format_func=name_of, key=_TARGET)
    target = session.task.target if chosen is None else chosen
    with st.container(border=True, key="practise_task", horizontal=True, gap="medium"):
        st.html(img(target, size_px=88), width="content")
        with st.container(width="stretch", gap="small"):
            st.markdown(
                _(
                    "How **{emotion}** often sounds: {description}",
                    emotion=named(target),
                    description=_(STYLES[target].sounds_like),
                )
            )
            task = _choose_sentence(target, session.task)
            if task.sentence:
                said = escape(_("“{quote}”", quote=task.sentence))
                st.html(f'<p style="font-size: 1.25rem; font-weight: 600; margin: 0">{said}</p>')
    session.choose(task)


def _choose_sentence(target: Emotion, before: Task) -> Task:
    st.session_state.setdefault(_SENTENCE, _OWN if before.own_words else _choice_of(before))
    chosen: str = st.selectbox(
        _("What do you want to say?"),
        [*SENTENCES, _OWN],
        format_func=_,
        key=_SENTENCE,
        help=_(
            "The sentences carry no emotion of their own, so it has to come from your voice. Say the same one in each "
            "take, so that you can compare them."
        ),
    )
    if chosen != _OWN:
        return Task(target, _(chosen))
    st.session_state.setdefault(_OWN_TEXT, before.sentence if before.own_words else "")
    text: str = st.text_area(
        _("Your text"),
        max_chars=_LONGEST_TEXT,
        placeholder=_("Two or three sentences. Leave it empty to speak freely."),
        key=_OWN_TEXT,
    )
    return Task(target, " ".join(text.split()), own_words=True)


def _choice_of(task: Task) -> str:
    """The sentence as it is offered, whatever language it was said in."""
    return next((sentence for sentence in SENTENCES if _(sentence) == task.sentence), SENTENCES[0])
