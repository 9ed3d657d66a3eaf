"""Few-shot adaptation: label a few recordings with their emotion, and the predictions adapt to that speaker.

Only a few predictions are kept, and only in the session.
"""

from collections import Counter

import streamlit as st

from ser_core.adaptation.few_shot import adapt, adapted
from ser_core.labels import Emotion
from ser_core.models.card import ClassicCard
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Prediction, Report
from ser_core.text.answer import in_short
from ui.analyse.sources import Recording
from ui.shared.illustrations import data_url, illustration
from ui.shared.loaders import chosen_recogniser
from ui.shared.text import gain_of_few_shot, name_of

_NAMED = "few_shot_recordings"
_ON = "few_shot_on"

# By the recording's digest: the model's prediction, and the intended emotion.
Named = dict[str, tuple[Prediction, Emotion]]


def as_adapted(recording: Recording, report: Report) -> Report:
    """The report, adapted to the speaker if recordings were labelled and the person has not turned that off.

    The label of this very recording is left out, or the answer would only repeat the person.
    """
    others = _others(recording, report)
    if not others or not st.session_state.get(_ON, True):
        return report
    return adapted(report, adapt(others), chosen_recogniser().card)


def badge(recording: Recording, report: Report) -> None:
    """Draw whether the answer is adapted to a voice, to be turned on and off; nothing if there is no other recording
    that was labelled.
    """
    if _others(recording, report):
        st.toggle(
            "Adapted to a voice",
            value=True,
            help="Turn this off for a recording of somebody else, or to see the model's own answer.",
            key=_ON,
        )


def offer(recording: Recording, report: Report) -> None:
    """Draw the section in which the person labels the recording; `report` is the model's own.

    Nothing for a classic model, for which adaptation has not been measured.
    """
    recogniser = chosen_recogniser()
    if isinstance(recogniser.card, ClassicCard):
        return
    named = _named(recogniser.name)
    section = st.expander("Wrong about this voice? Adapt to it", on_change="rerun", key="few_shot")
    if not section.open:
        return
    with section:
        st.markdown(
            "The model has never heard this voice. Label a few recordings with their emotion, and its predictions "
            f"adapt to **this speaker**. One recording of each emotion helps most. {gain_of_few_shot(recogniser.card)}"
        )
        if recording.digest in named:
            _say_named(recording, report, named[recording.digest][1])
        else:
            _ask(recording, report, recogniser)
        if named:
            _say_so_far(named, recogniser)


def _ask(recording: Recording, report: Report, recogniser: Recogniser) -> None:
    box = f"few_shot_{recording.digest}"
    st.pills(
        "Which emotion was intended?",
        recogniser.labels,
        # A picture in a label is as high as its letters.
        format_func=lambda emotion: f"![]({data_url(illustration(emotion))}) {name_of(emotion)}",
        key=box,
        on_change=_name,
        args=(recording.digest, report.prediction, box),
    )


def _say_named(recording: Recording, report: Report, meant: Emotion) -> None:
    before = report.prediction.claim
    after = adapted(report, adapt([(report.prediction, meant)]), chosen_recogniser().card).prediction.claim
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"You labelled this recording **{meant.value}**. Its own answer leaves the label out, so that it does not "
            f"just repeat you. With the label alone it would change from {in_short(before)} to "
            f"{in_short(after, bold=True)}. The next recordings use it."
        )
        st.button("Undo", type="tertiary", on_click=_undo, args=(recording.digest,), key="few_shot_undo")


def _say_so_far(named: Named, recogniser: Recogniser) -> None:
    known = Counter(meant for _, meant in named.values())
    listed = ", ".join(f"{e.value} ({known[e]})" if known[e] > 1 else e.value for e in recogniser.labels if e in known)
    missing = ", ".join(e.value for e in recogniser.labels if e not in known)
    st.markdown(f"**Labelled so far:** {listed}.{f' **Not yet:** {missing}.' if missing else ''}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "Kept until you close this page: a few numbers, no sound. This is for one voice: forget it before you "
            "analyse a recording of somebody else."
        )
        st.button("Forget this voice", on_click=_forget, key="few_shot_forget")


def _named(model: str) -> Named:
    """The labelled predictions of this model."""
    return {d: named for d, named in st.session_state.get(_NAMED, {}).items() if named[0].model == model}


def _others(recording: Recording, report: Report) -> list[tuple[Prediction, Emotion]]:
    """The labelled predictions of this model for other recordings."""
    return [named for digest, named in _named(report.prediction.model).items() if digest != recording.digest]


def _name(digest: str, prediction: Prediction, box: str) -> None:
    # A new dictionary each time, so that a run that is still drawing the previous one is not disturbed.
    meant = st.session_state[box]
    st.session_state[_NAMED] = st.session_state.get(_NAMED, {}) | {digest: (prediction, meant)}


def _undo(digest: str) -> None:
    st.session_state[_NAMED] = {d: named for d, named in st.session_state[_NAMED].items() if d != digest}


def _forget() -> None:
    st.session_state.pop(_NAMED, None)
