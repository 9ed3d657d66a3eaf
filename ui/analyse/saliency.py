"""Why: the moments and pitches that the answer rests on, in words and for the stage to draw."""

import streamlit as st

from ser_core.figures.style import moment
from ser_core.labels import Emotion
from ser_core.recognition.saliency import SalientWindow, has_saliency
from ser_core.records import Prediction, Report
from ser_core.text.saliency import where
from ui.analyse.analysis import saliency_of
from ui.analyse.sources import Recording
from ui.shared.loaders import chosen_recogniser
from ui.shared.text import literal, name_of, percent

# Under this, taking the framed part away changes nothing that is worth a number.
_NOTICED = 0.02

_HOW = (
    "Parts of the sound are taken away in turn, and the model is asked again without them (*occlusion*). The scale is "
    "in log-odds: 1 takes an answer of 50% to 73%. It shows what this model used, not why a voice sounds as it does, "
    "nor what a person feels. Parts that count only together may stay unseen, and what the model draws from the sound "
    "as a whole, such as its average pitch, is not taken apart."
)


def choose(recording: Recording, report: Report, *, adapted: bool) -> SalientWindow | None:
    """Draw the question what speaks for an emotion, and the answer in words; None until somebody asks. For a model
    that hears no log-mel a word instead. `report` is the model's own, also where the page's is `adapted` to a speaker.
    """
    recogniser = chosen_recogniser()
    if not has_saliency(recogniser):
        st.caption(
            f"Why it answers so cannot be shown for {literal(recogniser.name)}: it hears sums over the whole sound, in "
            "which moments are no longer apart. Networks over the log-mel can tell; the Models page has them."
        )
        return None
    emotion = _ask(report.prediction)
    if emotion is None:
        return None
    if adapted:
        st.caption("This explains the model's own prediction, before it is adapted to this voice.")
    found = saliency_of(recording, report, recogniser, emotion)
    if found.window.duration_s < report.duration_s:
        st.markdown(
            f"The model hears {found.window.duration_s:.1f} s at a time. Shown are those that begin at "
            f"{moment(found.start_s)}: there it is surest of {emotion.value}."
        )
    st.markdown(_sentence(found), help=_HOW)
    return found


def _ask(prediction: Prediction) -> Emotion | None:
    first, second = (emotion for emotion, _ in prediction.ranked[:2])
    # A widget whose choices change is another widget.
    chosen: Emotion | None = st.pills(
        "Why? Show in the spectrogram what speaks for",
        [first, second],
        format_func=name_of,  # not its probability as well: Streamlit would keep the prediction
        key=f"why_{first.value}_{second.value}",
    )
    return chosen


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
