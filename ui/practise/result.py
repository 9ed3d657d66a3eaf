"""The result of a take: how the target came across, what to change, and the pictures behind it."""

from html import escape
from textwrap import shorten

import streamlit as st

from ser_core.audio import to_wav
from ser_core.figures import describe, emotion_bars, picture_config
from ser_core.figures.delivery import delivery_contours, delivery_strips
from ser_core.labels import Emotion
from ser_core.practice.feedback import Advice
from ser_core.practice.session import Attempt, SittingTake
from ser_core.prosody import MEASURES
from ser_core.records import Prediction
from ser_core.text.numbers import amount, percent
from ser_core.text.outcome import Outcome, outcome, outcome_sentence
from ui.shared.illustrations import Mood, img
from ui.shared.loaders import recogniser
from ui.shared.text import duration, literal, sureness, trust_in_confidence

_LONGEST_QUOTE = 90
_WHAT_IT_IS = (
    "The model learned from actors, and is often wrong about everyday speech. It judges how a voice sounds, not "
    "what a person feels."
)
_HEADINGS = {
    Outcome.CAME_ACROSS: "It came across",
    Outcome.PARTLY: "It partly came across",
    Outcome.UNSURE: "Unsure",
}
_CONTOURS = (
    "**Melody** on top: how high your voice lies, in hertz (Hz), the vibrations a second. **Level** below it: how loud "
    "it is, in decibels under the loudest that a recording can hold (dBFS). At the bottom the sound wave; pauses "
    "and stumbles that were heard are marked in it."
)
UNITS = (
    "A **semitone** is the step from one piano key to the next, black ones included; twelve make an octave. "
    "**LUFS** counts loudness as the ear weighs it; 10 more sound about twice as loud. **dB** (decibel) compares "
    "levels; 1 dB is hardly heard."
)


def show(made: Attempt, take: SittingTake) -> None:
    """Draw how a take came across and what to change."""
    _answer(made, take)
    st.audio(to_wav(made.clip), format="audio/wav", alt="Your take as the model hears it: mono, 16 kHz")
    if not made.delivery.advice:
        st.info(
            "No voice was heard clearly enough to say how it was spoken. Try again nearer to the microphone, in a "
            "quiet room.",
            icon=":material/mic_off:",
        )
        return
    for note in made.delivery.notes:
        st.caption(f":material/info: {literal(note)}")
    _advice(made)


def _answer(made: Attempt, take: SittingTake) -> None:
    heard = made.report.prediction
    announcement = outcome_sentence(heard, made.target, heard.scores.get(made.target))
    with st.container(border=True, key="answer"):
        words, bars = st.columns([5, 6], gap="medium", vertical_alignment="center")
        with words, st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            which = Mood.UNSURE if heard.unsure else heard.emotion
            # An alert is read out when it appears: whoever does not see the page hears the outcome.
            st.html(
                f'<div class="ser-face">{img(which, size_px=144)}'
                f'<p role="alert" class="ser-unseen">{escape(announcement)}</p></div>',
                width="content",
            )
            with st.container(width="stretch", gap="xsmall"):
                _say(made, take)
        with bars:
            figure = emotion_bars(heard)
            st.plotly_chart(
                figure, config=picture_config("emotions", _stem(take)), alt=describe(figure), key="practise_emotions"
            )


def _say(made: Attempt, take: SittingTake) -> None:
    heard, target = made.report.prediction, made.target
    came = outcome(heard, target)
    said = f"  \n“{literal(shorten(take.sentence, _LONGEST_QUOTE, placeholder=' …'))}”" if take.sentence else ""
    st.caption(f"Take {take.number}: you aimed for {target.value}{said}")
    st.header(_HEADINGS.get(came, f"Heard as {heard.emotion.value}"), anchor=False)
    st.markdown(_told(heard, target, came))
    if came in {Outcome.CAME_ACROSS, Outcome.PARTLY}:
        st.caption(trust_in_confidence(recogniser().card.confidence_gap), help=_WHAT_IT_IS)
    else:
        st.caption("A guess by ear, not a grade. What to change is below.", help=_WHAT_IT_IS)


def _told(heard: Prediction, target: Emotion, came: Outcome) -> str:
    (first, one), (second, two) = heard.ranked[:2]
    if came in {Outcome.CAME_ACROSS, Outcome.PARTLY}:
        return (
            f"The model heard **{target.value}** before all else, and is **{sureness(one)}**: {percent(one)}. "
            f"Next came {second.value} ({percent(two)})."
        )
    if came is Outcome.UNSURE and first is target:
        return (
            f"The model cannot tell. It heard **{target.value}** before all else, but with only {percent(one)}. "
            f"Next came {second.value} ({percent(two)})."
        )
    if came is Outcome.HEARD_OTHERWISE and heard.near_tie and second is target:
        return (
            f"The model heard **{first.value}** ({percent(one)}), and nearly as much the **{target.value}** that you "
            f"aimed for ({percent(two)})."
        )
    if came is Outcome.UNSURE:
        told = f"The model cannot tell. Most likely {first.value} ({percent(one)}) or {second.value} ({percent(two)})."
    else:
        told = f"The model heard **{first.value}** instead ({percent(one)})."
    if target in heard.scores:
        return f"{told} The probability of **{target.value}** was {percent(heard.scores[target])}."
    return f"{told} It does not know {target.value}, so only the feedback below is about it."


def _advice(made: Attempt) -> None:
    praise = [each for each in made.delivery.advice if each.kind == "praise"]
    changes = [each for each in made.delivery.advice if each.kind != "praise"]
    st.subheader("What went well", anchor=False)
    for number, each in enumerate(praise):
        _one(made, each, ":material/thumb_up:", f"praise_{number}")
    if changes:
        st.subheader("What to try next", anchor=False)
        for number, each in enumerate(changes):
            _one(made, each, ":material/arrow_forward:", f"change_{number}")


def _one(made: Attempt, advice: Advice, icon: str, key: str) -> None:
    with st.container(border=True, key=f"practise_{key}"):
        words, moment = st.columns([5, 3], gap="medium", vertical_alignment="center")
        words.markdown(f"{icon} {literal(advice.sentence)}")
        with moment:
            st.caption(f"Hear the moment: {advice.start_s:.1f} to {advice.end_s:.1f} s")
            st.audio(
                to_wav(made.clip.between(advice.start_s, advice.end_s)),
                format="audio/wav",
                alt=f"Your take from {advice.start_s:.1f} to {advice.end_s:.1f} seconds",
            )


def look_closer(made: Attempt, take: SittingTake) -> None:
    """Draw the pictures and the values of a take; nothing when no voice was heard."""
    if not made.delivery.advice:
        return
    stem = _stem(take)
    st.subheader("Your voice in pictures", anchor=False)
    st.caption(_CONTOURS)
    figure = delivery_contours(made.clip, made.delivery)
    st.plotly_chart(figure, config=picture_config("melody", stem), alt=describe(figure), key="practise_contours")
    if made.delivery.placements:
        st.caption(
            f"**Your take among {made.target.value} takes** of actors with a voice about as "
            f"{'high' if made.delivery.register == 'higher' else 'low'} as yours"
            f"{', each seen from its speaker’s own neutral voice' if _is_relative(made) else ''}. They are one short "
            "sentence each, and examples of how it can be done, not a norm."
        )
        figure = delivery_strips(made.delivery.placements, made.target)
        st.plotly_chart(
            figure, config=picture_config("among-others", stem), alt=describe(figure), key="practise_strips"
        )
    st.caption(UNITS)
    with st.expander("All values, and what they mean"):
        _values(made)


def _is_relative(made: Attempt) -> bool:
    return any(placement.relative for placement in made.delivery.placements)


def _values(made: Attempt) -> None:
    rows = []
    for name, value in made.delivery.prosody.values.items():
        info = MEASURES[name]
        shown = "not known" if value is None else amount(value, info.unit, info.decimals)
        rows.append(f"**{info.label}: {shown}**  \n:small[{info.meaning}]")
    st.markdown("\n\n".join(rows))
    st.caption(f"Measured over {duration(made.delivery.duration_s)}.")


def _stem(take: SittingTake) -> str:
    """What the names of a take's pictures begin with."""
    return f"take-{take.number}-{take.target.value}"
