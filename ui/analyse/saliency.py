"""Saliency: the moments and frequencies on which the answer depends, in words and for the stage to draw."""

import streamlit as st

from ser_core.figures.style import moment
from ser_core.labels import Emotion, named
from ser_core.language import N_, _
from ser_core.recognition.saliency import SalientWindow, has_saliency
from ser_core.records import Prediction, Report
from ser_core.text.saliency import where
from ui.analyse.analysis import saliency_of
from ui.analyse.sources import Recording
from ui.shared.loaders import chosen_recogniser
from ui.shared.text import literal, name_of, percent

# Smaller effects of masking the framed part are not worth a number.
_NOTICED = 0.02

_HOW = N_(
    "Parts of the sound are masked in turn, and the model runs again without them (*occlusion*). The scale is in "
    "log-odds: 1 takes an answer from 50% to 73%. It shows what this model used, not why a voice sounds as it does or "
    "what a person feels. Parts that matter only together may be missed, and features of the whole sound, such as its "
    "average pitch, are not broken down."
)


def choose(recording: Recording, report: Report, *, adapted: bool) -> SalientWindow | None:
    """Draw the question of what speaks for an emotion, and the answer in words; None until somebody asks. A model
    without a log-mel gets a note instead. `report` is the model's own, even if the page's is `adapted` to a speaker.
    """
    recogniser = chosen_recogniser()
    if not has_saliency(recogniser):
        st.caption(
            _(
                "The reasons for this answer cannot be shown for {name}, which uses averages over the "
                "whole sound. They can be shown for networks over the log-mel, which are on the Models "
                "page.",
                name=literal(recogniser.name),
            )
        )
        return None
    emotion = _ask(report.prediction)
    if emotion is None:
        return None
    if adapted:
        st.caption(_("This explains the model's own prediction, before it is adapted to this voice."))
    found = saliency_of(recording, report, recogniser, emotion)
    if found.window.duration_s < report.duration_s:
        st.markdown(
            _(
                "The model hears {length:.1f} s at a time. The window shown begins at {time}, where "
                "it is most certain of {emotion}.",
                length=found.window.duration_s,
                time=moment(found.start_s),
                emotion=named(emotion),
            )
        )
    st.markdown(_sentence(found), help=_(_HOW))
    return found


def _ask(prediction: Prediction) -> Emotion | None:
    first, second = (emotion for emotion, _score in prediction.ranked[:2])
    # A widget with other choices is another widget.
    chosen: Emotion | None = st.pills(
        _("Why? Show in the spectrogram the evidence for"),
        [first, second],
        format_func=name_of,  # not its probability as well: Streamlit would keep the prediction
        key=f"why_{first.value}_{second.value}",
    )
    return chosen


def _sentence(found: SalientWindow) -> str:
    saliency, emotion = found.saliency, named(found.emotion)
    place = where(saliency, found.start_s)
    said = f"**{place[:1].upper()}{place[1:]}.**"
    if saliency.confidence_without is None:
        return said
    before, after = percent(saliency.confidence), percent(saliency.confidence_without)
    if saliency.confidence - saliency.confidence_without < _NOTICED:
        return _(
            "{where} Without it, {emotion} would be just as likely ({after}): the rest speaks for it as well.",
            where=said,
            emotion=emotion,
            after=after,
        )
    return _(
        "{where} Without it, the probability of {emotion} would be {after} instead of {before}.",
        where=said,
        emotion=emotion,
        after=after,
        before=before,
    )
