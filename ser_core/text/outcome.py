"""Whether a take came across as what it aimed for: one definition for every page, report and command."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from ser_core.labels import Emotion
from ser_core.text.numbers import percent

# From here on the emotion heard is more likely than all others together. A calibrated model is wrong about
# the answers under it more often than right, so under it nothing has come across whole.
MORE_LIKELY_THAN_NOT = 0.5


class Outcome(StrEnum):
    """How a target came across."""

    CAME_ACROSS = "came across"
    PARTLY = "partly"
    HEARD_OTHERWISE = "heard otherwise"
    UNSURE = "unsure"


class Heard(Protocol):
    """What a model heard: a `Prediction`, or a saved take."""

    @property
    def emotion(self) -> Emotion:
        """The most probable emotion."""

    @property
    def confidence(self) -> float:
        """Its probability, in [0, 1]."""

    @property
    def unsure(self) -> bool:
        """Whether the model claims no emotion."""


def outcome(heard: Heard, target: Emotion) -> Outcome:
    """How a target came across.

    Unsure when the model is, whichever emotion is in front. Else the target came across when it was heard before
    all others with a probability of at least a half, and partly with less; anything else was heard otherwise.
    """
    if heard.unsure:
        return Outcome.UNSURE
    if heard.emotion is not target:
        return Outcome.HEARD_OTHERWISE
    # As it is shown: what reads 50% has come across.
    return Outcome.CAME_ACROSS if round(heard.confidence, 2) >= MORE_LIKELY_THAN_NOT else Outcome.PARTLY


def outcome_words(heard: Heard, target: Emotion) -> str:
    """The outcome in a word or two, for a line of a list: "partly came across", "heard as sad"."""
    came = outcome(heard, target)
    if came is Outcome.HEARD_OTHERWISE:
        return f"heard as {heard.emotion.value}"
    return "partly came across" if came is Outcome.PARTLY else came.value


def outcome_count(outcomes: Sequence[Outcome]) -> str:
    """How many takes came across: "1 of 3 takes came across, and 1 partly"; of a single one, how it did."""
    if len(outcomes) == 1:
        return f"1 take, {_SINGLE[outcomes[0]]}"
    partly = outcomes.count(Outcome.PARTLY)
    counted = f"{outcomes.count(Outcome.CAME_ACROSS)} of {len(outcomes)} takes came across"
    return f"{counted}, and {partly} partly" if partly else counted


_SINGLE = {
    Outcome.CAME_ACROSS: "which came across",
    Outcome.PARTLY: "which partly came across",
    Outcome.HEARD_OTHERWISE: "which was heard as something else",
    Outcome.UNSURE: "of which the model was unsure",
}


def outcome_sentence(heard: Heard, target: Emotion, target_probability: float | None) -> str:
    """The outcome in a sentence. The probability of the target is None when the model does not know it."""
    match outcome(heard, target):
        case Outcome.CAME_ACROSS:
            return f"It came across: heard as {target.value}, {percent(heard.confidence)}."
        case Outcome.PARTLY:
            return f"It partly came across: {target.value} before all else, but with only {percent(heard.confidence)}."
        case Outcome.UNSURE:
            start = "The model was unsure"
        case Outcome.HEARD_OTHERWISE:
            start = f"Heard as {heard.emotion.value}, {percent(heard.confidence)}"
    if target_probability is None:
        return f"{start}. You aimed for {target.value}, which this model does not know."
    return f"{start}. You aimed for {target.value}, which got {percent(target_probability)}."
