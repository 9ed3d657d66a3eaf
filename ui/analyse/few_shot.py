"""Few-shot adaptation: label a few recordings with their emotion, and the predictions adapt to that speaker.

Only a few predictions are kept, and only in the session.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import streamlit as st

from ser_core.adaptation.few_shot import adapt, adapted
from ser_core.labels import Emotion, named
from ser_core.language import _
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
            _("Adapted to a voice"),
            value=True,
            help=_("Turn this off for a recording of somebody else, or to see the model's own answer."),
            key=_ON,
        )


def offer(recording: Recording, report: Report) -> None:
    """Draw the section in which the person labels the recording; `report` is the model's own.

    Nothing for a classic model, for which adaptation has not been measured.
    """
    recogniser = chosen_recogniser()
    if isinstance(recogniser.card, ClassicCard):
        return
    labelled = _named(recogniser.name)
    section = st.expander(_("Wrong about this voice? Adapt to it"), on_change="rerun", key="few_shot")
    if not section.open:
        return
    with section:
        st.markdown(
            _(
                "The model has never heard this voice. Label a few recordings with their emotion, and "
                "its predictions adapt to **this speaker**. One recording of each emotion helps most."
            )
            + f" {gain_of_few_shot(recogniser.card)}"
        )
        if recording.digest in labelled:
            _say_named(recording, report, labelled[recording.digest][1])
        else:
            _ask(recording, report, recogniser)
        if labelled:
            _say_so_far(labelled, recogniser)


def learned() -> dict[str, Any]:
    """What was labelled so far, to be learned again by a page that is loaded anew."""
    return {key: st.session_state[key] for key in (_NAMED, _ON) if key in st.session_state}


def learn_again(known: Mapping[str, Any]) -> None:
    """Go on with what was labelled before the page was loaded anew."""
    st.session_state.update({key: known[key] for key in (_NAMED, _ON) if key in known})


def _ask(recording: Recording, report: Report, recogniser: Recogniser) -> None:
    box = f"few_shot_{recording.digest}"
    st.pills(
        _("Which emotion was intended?"),
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
            _(
                "You labelled this recording **{emotion}**. Its own answer leaves the label out, so that "
                "it does not just repeat you. With the label alone it would change from {before} to "
                "{after}. The next recordings use it.",
                emotion=named(meant),
                before=in_short(before),
                after=in_short(after, bold=True),
            )
        )
        st.button(_("Undo"), type="tertiary", on_click=_undo, args=(recording.digest,), key="few_shot_undo")


def _say_so_far(labelled: Named, recogniser: Recogniser) -> None:
    known = Counter(meant for _prediction, meant in labelled.values())
    listed = ", ".join(
        f"{named(e)} ({known[e]})" if known[e] > 1 else named(e) for e in recogniser.labels if e in known
    )
    missing = ", ".join(named(e) for e in recogniser.labels if e not in known)
    told = [_("**Labelled so far:** {emotions}.", emotions=listed)]
    if missing:
        told.append(_("**Not yet:** {emotions}.", emotions=missing))
    st.markdown(" ".join(told))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            _(
                "Kept until you close this page: a few numbers, no sound. This is for one voice: forget it before you "
                "analyse a recording of somebody else."
            )
        )
        st.button(_("Forget this voice"), on_click=_forget, key="few_shot_forget")


def _named(model: str) -> Named:
    """The labelled predictions of this model."""
    return {d: each for d, each in st.session_state.get(_NAMED, {}).items() if each[0].model == model}


def _others(recording: Recording, report: Report) -> list[tuple[Prediction, Emotion]]:
    """The labelled predictions of this model for other recordings."""
    return [each for digest, each in _named(report.prediction.model).items() if digest != recording.digest]


def _name(digest: str, prediction: Prediction, box: str) -> None:
    # A new dictionary each time, so that a run that is still drawing the previous one is not disturbed.
    meant = st.session_state[box]
    st.session_state[_NAMED] = st.session_state.get(_NAMED, {}) | {digest: (prediction, meant)}


def _undo(digest: str) -> None:
    st.session_state[_NAMED] = {d: each for d, each in st.session_state[_NAMED].items() if d != digest}


def _forget() -> None:
    st.session_state.pop(_NAMED, None)
