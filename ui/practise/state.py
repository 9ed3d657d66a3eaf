"""A sitting, as one session holds it: in memory alone, until the person starts another or leaves."""

from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from ser_core.adaptation.enrolment import Baseline
from ser_core.audio import to_wav
from ser_core.errors import SerError
from ser_core.labels import Emotion
from ser_core.practice.session import Attempt, SittingTake, noted
from ui.practise.sentences import SENTENCES

# Each holds its sound, at most 4 MB: a sitting stays within the memory of a small server.
MAX_TAKES = 20
_STATE = "practice"
# How many sittings this session has begun, so that no two takes of it share a name.
_COUNT = "practice_sittings"


@dataclass
class Sitting:
    """What is on the page.

    Attributes:
        number: 1 for the first of this session.
        target: the emotion aimed for.
        sentence: what is to be said; "" to speak freely.
        own_words: whether it is the person's own.
        takes: all takes, in the order in which they were made.
        sounds: the sound of each take by its number, as WAV.
        current: the take whose result is shown; None while one is to be made.
        problem: why the last recording could not be used.
        ended_at: when the sitting was finished; None while it goes on.
        baseline: the person's neutral voice.
        baseline_kept: whether it is kept with their profile.
        records_baseline: whether the neutral voice is being recorded just now.
    """

    number: int
    target: Emotion = Emotion.HAPPY
    sentence: str = SENTENCES[0]
    own_words: bool = False
    takes: list[SittingTake] = field(default_factory=list)
    sounds: dict[int, bytes] = field(default_factory=dict)
    current: Attempt | None = None
    problem: SerError | None = None
    ended_at: datetime | None = None
    baseline: Baseline | None = None
    baseline_kept: bool = False
    records_baseline: bool = False

    @property
    def is_full(self) -> bool:
        """Whether it has room for no further take."""
        return len(self.takes) >= MAX_TAKES

    def add(self, made: Attempt) -> None:
        """Take in a take that has just been made, and show it."""
        number = len(self.takes) + 1
        self.takes.append(noted(made, number, self.sentence))
        self.sounds[number] = to_wav(made.clip)
        self.current = made
        self.problem = None

    def try_again(self) -> None:
        """Make room for the next take."""
        self.current = None
        self.problem = None


def sitting() -> Sitting:
    """The sitting of this session."""
    if _STATE not in st.session_state:
        start_anew()
    held: Sitting = st.session_state[_STATE]
    return held


def start_anew() -> None:
    """Forget all takes; the target, the sentence and the neutral voice stay."""
    before: Sitting | None = st.session_state.get(_STATE)
    number = st.session_state.get(_COUNT, 0) + 1
    st.session_state[_COUNT] = number
    fresh = Sitting(number)
    if before is not None:
        fresh.target, fresh.sentence, fresh.own_words = before.target, before.sentence, before.own_words
        fresh.baseline, fresh.baseline_kept = before.baseline, before.baseline_kept
    st.session_state[_STATE] = fresh
