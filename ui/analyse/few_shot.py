"""Teach the app a voice: say how recordings of it were meant, and answers are read for this voice from then on.

What was taught is a few answers of the model, kept in the session alone.
"""

from collections import Counter

import streamlit as st

from ser_core.adaptation.few_shot import reread, teach
from ser_core.labels import Emotion
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Prediction, Report
from ui.analyse.sources import Recording
from ui.shared.loaders import chosen_recogniser
from ui.shared.text import gain_of_teaching, name_of

_TAKES = "taught_takes"

# By the recording's digest: what the model heard in it, and how it was meant.
Takes = dict[str, tuple[Prediction, Emotion]]


def as_taught(recording: Recording, report: Report) -> Report:
    """The report as it is to be read for the voice that was taught; as it is where none was.

    What was said about this very recording has no part in it: else the answer would only repeat the person.
    """
    others = [take for digest, take in _takes(report.prediction.model).items() if digest != recording.digest]
    return reread(report, teach(others), chosen_recogniser().card) if others else report


def offer(recording: Recording, report: Report) -> None:
    """Draw the section in which the person says how the recording was meant; `report` is the model's own.

    Nothing for a classic model: what teaching brings was not measured with those.
    """
    recogniser = chosen_recogniser()
    if not isinstance(recogniser, Recogniser):
        return
    takes = _takes(recogniser.name)
    section = st.expander("Wrong about this voice? Teach it", on_change="rerun", key="teach")
    if not section.open:
        return
    with section:
        st.markdown(
            "Everybody plays emotions in their own way, and the model has never heard this voice. Say how recordings "
            "of it were meant, and it learns to read **this voice**. One recording of each emotion helps most. "
            f"{gain_of_teaching(recogniser.card)}"
        )
        if recording.digest in takes:
            _named(recording, takes[recording.digest][1])
        else:
            _ask(recording, report, recogniser)
        if takes:
            _taught(takes, recogniser)


def _ask(recording: Recording, report: Report, recogniser: Recogniser) -> None:
    box = f"teach_{recording.digest}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        meant = st.selectbox(
            "How was this recording meant?",
            recogniser.labels,
            index=None,
            format_func=name_of,
            placeholder="Choose an emotion",
            key=box,
        )
        st.button(
            "Teach this voice",
            disabled=meant is None,
            on_click=_name,
            args=(recording.digest, report.prediction, meant),
            key="teach_button",
        )


def _named(recording: Recording, meant: Emotion) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"You named this recording **{meant.value}**. The answer above is without that, so that it does not only "
            "repeat you: the next recordings are read with it."
        )
        st.button("Take it back", type="tertiary", on_click=_take_back, args=(recording.digest,), key="teach_back")


def _taught(takes: Takes, recogniser: Recogniser) -> None:
    known = Counter(meant for _, meant in takes.values())
    named = ", ".join(f"{e.value} ({known[e]})" if known[e] > 1 else e.value for e in recogniser.labels if e in known)
    missing = ", ".join(e.value for e in recogniser.labels if e not in known)
    st.markdown(f"**Taught so far:** {named}.{f' **Not yet:** {missing}.' if missing else ''}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "Kept until you close this page: a few numbers, no sound. It is for one voice: forget it before you give "
            "a recording of somebody else."
        )
        st.button("Forget this voice", on_click=_forget, key="teach_forget")


def _takes(model: str) -> Takes:
    """What was taught to this model."""
    return {d: take for d, take in st.session_state.get(_TAKES, {}).items() if take[0].model == model}


def _name(digest: str, prediction: Prediction, meant: Emotion) -> None:
    # Another dictionary each time: a run that still draws the one before is not disturbed.
    st.session_state[_TAKES] = st.session_state.get(_TAKES, {}) | {digest: (prediction, meant)}


def _take_back(digest: str) -> None:
    st.session_state[_TAKES] = {d: take for d, take in st.session_state[_TAKES].items() if d != digest}


def _forget() -> None:
    st.session_state.pop(_TAKES, None)
