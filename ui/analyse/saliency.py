"""Why: the moments and pitches that the answer rests on, drawn over the mel spectrogram."""

import streamlit as st

from ser_core.audio import to_wav
from ser_core.figures import describe, picture_config, saliency_picture
from ser_core.figures.style import moment
from ser_core.labels import Emotion
from ser_core.recognition.saliency import SalientWindow, has_saliency
from ser_core.records import Prediction, Report
from ser_core.text.saliency import where
from ui.analyse.analysis import saliency_of
from ui.analyse.sources import Recording
from ui.shared.errors import told_kindly
from ui.shared.loaders import chosen_recogniser
from ui.shared.text import literal, name_of, percent

# Under this, taking the framed part away changes nothing that is worth a number.
_NOTICED = 0.02
_EASILY_FOUND = 2

_HOW = (
    "Parts of the sound are taken away in turn, and the model is asked again without them (*occlusion*). The scale is "
    "in log-odds: 1 takes an answer of 50% to 73%. It shows what this model used, not why a voice sounds as it does, "
    "nor what a person feels. Parts that count only together may stay unseen, and what the model draws from the sound "
    "as a whole, such as its average pitch, is not taken apart."
)


# A fragment: opening it, or asking for another emotion, redraws this part of the page alone.
@st.fragment
def show(recording: Recording, report: Report, stem: str, *, adapted: bool = False) -> None:
    """Draw the saliency, which is computed once somebody asks; a word instead for a model that hears no log-mel.

    `report` is the model's own, also where the answer above is `adapted` to a speaker; `stem` begins the names of
    downloaded pictures.
    """
    recogniser = chosen_recogniser()
    if not has_saliency(recogniser):
        st.caption(
            f"Why it answers so cannot be shown for {literal(recogniser.name)}: it hears sums over the whole sound, in "
            "which moments are no longer apart. Networks over the log-mel can tell; the Models page has them."
        )
        return
    section = st.expander("Why? See where the model listened", on_change="rerun", key="why")
    if not section.open:
        return
    with section:
        if adapted:
            st.caption("This explains the model's own prediction, before it is adapted to this voice.")
        emotion = _choose(report.prediction)
        with told_kindly():
            found = saliency_of(recording, report, recogniser, emotion)
        if found.window.duration_s < report.duration_s:
            _introduce_window(found, report.duration_s)
        st.markdown(_sentence(found))
        figure = saliency_picture(found.window, found.saliency, emotion.value, start_s=found.start_s)
        st.plotly_chart(
            figure,
            config=picture_config(f"why-{emotion.value}", stem),
            alt=describe(figure),
            key=f"why_{emotion.value}",
        )
        st.caption(
            f"The voice is grey. **Orange** speaks for {emotion.value}: without it the model would be less sure. "
            "**Blue** speaks against it. The white frame is around what speaks most for it.",
            help=_HOW,
        )


def _choose(prediction: Prediction) -> Emotion:
    first, second = (emotion for emotion, _ in prediction.ranked[:2])
    # A widget whose choices change is another widget.
    chosen: Emotion = st.segmented_control(
        "What speaks for",
        [first, second],
        default=first,
        required=True,
        format_func=name_of,  # not its probability as well: Streamlit would keep the prediction
        key=f"why_{first.value}_{second.value}",
    )
    return chosen


def _introduce_window(found: SalientWindow, duration_s: float) -> None:
    window_s = found.window.duration_s
    st.markdown(
        f"The model hears {window_s:.1f} s at a time. These begin at {moment(found.start_s)}: there it is surest of "
        f"{found.emotion.value}."
    )
    # In a longer recording they are not found by ear.
    if duration_s > _EASILY_FOUND * window_s:
        st.audio(to_wav(found.window), format="audio/wav", alt="The part of the recording that is looked at")


def _sentence(found: SalientWindow) -> str:
    saliency, name = found.saliency, found.emotion.value
    place = where(saliency, found.start_s)
    said = f"**{place[:1].upper()}{place[1:]}.**"
    if saliency.confidence_without is None:
        return said
    before, after = percent(saliency.confidence), percent(saliency.confidence_without)
    if saliency.confidence - saliency.confidence_without < _NOTICED:
        return f"{said} Without it {name} would be as likely ({after}): the rest speaks for it as well."
    return f"{said} Without it {name} would be {after} likely instead of {before}."
