"""The take just made plays over its pictures."""

from functools import partial
from weakref import WeakKeyDictionary

import streamlit as st

from ser_core.labels import named
from ser_core.language import _
from ser_core.practice.session import Session
from ser_core.practice.take import TakeResult
from ser_core.recognition.stretch import Stretch, hear_stretch
from ser_core.text.answer import in_short
from ui.shared.loaders import recogniser
from ui.stage.player.player import Ribbon, Scene, show, wished
from ui.stage.player.staged import Staged, stage_clip

_STATE = "practise_stage"


# A fragment: what is asked at the stage redraws this part of the page alone.
@st.fragment
def play(session: Session, made: TakeResult) -> None:
    """Draw the stage of a take."""
    take = made.take
    key = f"stage_take_{session.number}_{take.number}"
    staged = _staged(made)
    wish = wished(key)
    neutral = session.enrolment.neutral if session.enrolment else None

    def hear(start_s: float, end_s: float) -> Stretch:
        predict = partial(recogniser().predict, neutral=neutral)
        return hear_stretch(made.clip.between(start_s, end_s), start_s, predict)

    show(
        key,
        Scene(
            name=_("Take {number}, aimed for {emotion}", number=take.number, emotion=named(take.target)),
            answer=f"{in_short(take.report.prediction.claim)} · {take.report.prediction.model}",
            duration_s=made.clip.duration_s,
            sound=staged.sound,
            layers=staged.layers(wish.part_s, made.clip.between),
            ribbons=[Ribbon(take.report.timeline)],
            answered=staged.answer(wish.stretch, hear, take.report.prediction.model),
        ),
    )


def _staged(made: TakeResult) -> Staged:
    # Weak: once the session has let go of the take, its sound is served no longer.
    held: WeakKeyDictionary[TakeResult, Staged] = st.session_state.setdefault(_STATE, WeakKeyDictionary())
    if made not in held:
        held[made] = stage_clip(made.clip)
    return held[made]
