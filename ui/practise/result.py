"""The result of a take: how the target came across, what to change, and the pictures behind it."""

from textwrap import shorten

import streamlit as st

from ser_core.audio import to_wav
from ser_core.figures.take import delivery_contours
from ser_core.history import NewTake
from ser_core.labels import named
from ser_core.language import N_, _
from ser_core.practice.delivery import Delivery
from ser_core.practice.feedback import Advice, load_rules
from ser_core.practice.session import Session
from ser_core.practice.strips import delivery_strips
from ser_core.practice.take import Take, TakeResult
from ser_core.prosody import MEASURES
from ser_core.reports.bars import bars_html
from ser_core.text.numbers import amount
from ser_core.text.outcome import Outcome, outcome, outcome_explanation, outcome_heading, outcome_sentence
from ui.practise import report, stage
from ui.shared import save
from ui.shared.charts import chart
from ui.shared.illustrations import face
from ui.shared.loaders import recogniser
from ui.shared.text import duration, literal, trust_in_confidence

_LONGEST_QUOTE = 90
_WHAT_IT_IS = N_(
    "The model learned from actors and is often wrong about everyday speech. It judges how a voice sounds, not what a "
    "person feels."
)
_CONTOURS = N_(
    "**Melody** at the top: the pitch of your voice in hertz (Hz), vibrations a second. **Level** below it: how loud "
    "it is, in decibels relative to the loudest sound that a recording can hold (dBFS). At the bottom is the sound "
    "wave, with pauses and stumbles marked."
)

# By whether they are relative to the speaker's own voice, and by whether the voices are high.
_AMONG = {
    (False, True): N_(
        "**Your take among {emotion} takes** by actors with voices about as high as yours. Each is one short sentence, "
        "and an example of how it can be done, not a norm."
    ),
    (False, False): N_(
        "**Your take among {emotion} takes** by actors with voices about as low as yours. Each is one short sentence, "
        "and an example of how it can be done, not a norm."
    ),
    (True, True): N_(
        "**Your take among {emotion} takes** by actors with voices about as high as yours, each relative to the "
        "speaker’s own neutral voice. Each is one short sentence, and an example of how it can be done, not a norm."
    ),
    (True, False): N_(
        "**Your take among {emotion} takes** by actors with voices about as low as yours, each relative to the "
        "speaker’s own neutral voice. Each is one short sentence, and an example of how it can be done, not a norm."
    ),
}


def show(session: Session, made: TakeResult) -> None:
    """Draw how the latest take came across, what to change, and what to do next."""
    take = made.take
    _answer(take)
    stage.play(session, made)
    if take.delivery.advice:
        for note in take.delivery.notes:
            st.caption(f":material/info: {literal(note)}")
        _advice(made)
    else:
        st.info(
            _(
                "The voice was not clear enough to give feedback on. Try again closer to the microphone, in a quiet "
                "room."
            ),
            icon=":material/mic_off:",
        )
    with st.container(horizontal=True):
        st.button(
            _("Try again"),
            type="primary",
            icon=":material/replay:",
            on_click=session.next_take,
            help=_("For the same emotion or another one."),
            key="practise_again",
        )
        report.finish_button(session)
    save.offer(
        f"practice_{session.number}_{take.number}",
        NewTake(take.report, take.delivery),
        audio=lambda: made.clip,
    )
    if take.delivery.advice:
        _look_closer(made)


def _answer(take: Take) -> None:
    heard = take.report.prediction
    announcement = outcome_sentence(heard.claim, take.target, take.target_probability)
    with st.container(border=True, key="answer"):
        words, bars = st.columns([5, 6], gap="medium", vertical_alignment="center")
        with words, st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.html(face(heard.claim, announcement), width="content")
            with st.container(width="stretch", gap="xsmall"):
                _say(take)
        with bars:
            st.html(bars_html(heard))


def _say(take: Take) -> None:
    heard, target = take.report.prediction, take.target
    came = outcome(heard.claim, target)
    quote = literal(shorten(take.task.sentence, _LONGEST_QUOTE, placeholder=" …"))
    said = "  \n" + _("“{quote}”", quote=quote) if quote else ""
    st.caption(_("Take {number}: you aimed for {emotion}", number=take.number, emotion=named(target)) + said)
    st.header(outcome_heading(heard.claim, target), anchor=False)
    st.markdown(outcome_explanation(heard.claim, target, take.target_probability))
    if came in {Outcome.CAME_ACROSS, Outcome.PARTLY}:
        st.caption(trust_in_confidence(heard.claim, recogniser().card.confidence_gap), help=_(_WHAT_IT_IS))
    else:
        st.caption(_("This is a guess, not a grade. See below for what to change."), help=_(_WHAT_IT_IS))


def _advice(made: TakeResult) -> None:
    praise = [each for each in made.take.delivery.advice if each.kind == "praise"]
    changes = [each for each in made.take.delivery.advice if each.kind != "praise"]
    st.subheader(_("What went well"), anchor=False)
    for number, each in enumerate(praise):
        _one(made, each, ":material/thumb_up:", f"praise_{number}")
    if changes:
        st.subheader(_("What to try next"), anchor=False)
        for number, each in enumerate(changes):
            _one(made, each, ":material/arrow_forward:", f"change_{number}")


def _one(made: TakeResult, advice: Advice, icon: str, key: str) -> None:
    with st.container(border=True, key=f"practise_{key}"):
        words, moment = st.columns([5, 3], gap="medium", vertical_alignment="center")
        words.markdown(f"{icon} {literal(advice.sentence)}")
        with moment:
            st.caption(
                _("Listen to this moment: {start_s:.1f} to {end_s:.1f} s", start_s=advice.start_s, end_s=advice.end_s)
            )
            st.audio(
                to_wav(made.clip.between(advice.start_s, advice.end_s)),
                format="audio/wav",
                alt=_(
                    "Your take from {start_s:.1f} to {end_s:.1f} seconds", start_s=advice.start_s, end_s=advice.end_s
                ),
            )


def _look_closer(made: TakeResult) -> None:
    pictures = st.expander(_("Your voice in pictures"), on_change="rerun", key="practise_pictures")
    # The library of charts is larger than all the rest of the page: it comes when somebody wants to see them.
    if pictures.open:
        with pictures:
            _pictures(made)
    with st.expander(_("All values, and what they mean")):
        _values(made.take.delivery)
    st.caption(_(report.UNITS))


def _pictures(made: TakeResult) -> None:
    take = made.take
    stem, delivery = _stem(take), take.delivery
    st.caption(_(_CONTOURS))
    figure = delivery_contours(made.clip, made.prosody, delivery.disfluencies)
    chart(figure, "melody", stem, title=_title(take), key="practise_contours")
    if delivery.placements:
        relative = any(placement.relative for placement in delivery.placements)
        among = _AMONG[relative, delivery.register == "higher"]
        st.caption(_(among, emotion=load_rules().word(take.target)))
        figure = delivery_strips(delivery.placements, take.target)
        chart(figure, "among-others", stem, title=_title(take), key="practise_strips")


def _values(delivery: Delivery) -> None:
    rows = []
    for name, value in delivery.values.items():
        info = MEASURES[name]
        shown = _("unknown") if value is None else amount(value, info.unit, info.decimals)
        rows.append(f"**{_(info.label)}: {shown}**  \n:small[{_(info.meaning)}]")
    st.markdown("\n\n".join(rows))
    st.caption(_("Measured over {length}.", length=duration(delivery.duration_s)))


def _title(take: Take) -> str:
    """What a take is called in the titles of its pictures."""
    return _("Take {number}, aimed for {emotion}", number=take.number, emotion=named(take.target))


def _stem(take: Take) -> str:
    """The beginning of the file names of a take's pictures."""
    return f"take-{take.number}-{take.target.value}"
