"""Whether a take came across as intended: one definition for every page, report and command."""

from collections.abc import Sequence
from enum import StrEnum

from ser_core.claim import Claim, ClaimKind
from ser_core.labels import Emotion
from ser_core.text.answer import explanation, in_short, name, sureness
from ser_core.text.numbers import percent

# From this probability on, the predicted emotion is more likely than all others together. Below it, a calibrated model
# is wrong more often than right, so nothing has fully come across.
MORE_LIKELY_THAN_NOT = 0.5


class Outcome(StrEnum):
    """How a target came across."""

    CAME_ACROSS = "came across"
    PARTLY = "partly"
    HEARD_OTHERWISE = "heard otherwise"
    UNSURE = "unsure"


def outcome(claim: Claim, target: Emotion) -> Outcome:
    """How a target came across.

    Unsure if the model is, whichever emotion leads. Otherwise the target came across if it alone is claimed with a
    probability of at least a half. It partly came across if it is claimed with less, or is one of two that are too
    close to choose between, whichever of them leads. Anything else was heard otherwise.
    """
    if not claim.emotions:
        return Outcome.UNSURE
    if target not in claim.emotions:
        return Outcome.HEARD_OTHERWISE
    # As it is shown: what reads 50% has come across.
    alone = len(claim.emotions) == 1 and round(claim.likely[0][1], 2) >= MORE_LIKELY_THAN_NOT
    return Outcome.CAME_ACROSS if alone else Outcome.PARTLY


def outcome_words(claim: Claim, target: Emotion) -> str:
    """The outcome in a few words, for a line of a list: "partly came across", "heard as sad"."""
    came = outcome(claim, target)
    if came is Outcome.HEARD_OTHERWISE:
        return f"heard as {name(claim)}"
    if came is Outcome.PARTLY:
        return f"partly came across{f', as {name(claim)}' if claim.kind is ClaimKind.NEAR_TIE else ''}"
    return came.value


def outcome_in_short(claim: Claim, target: Emotion) -> str:
    """`outcome_words` with the probability of what is claimed: "heard as sad, 65%"; none is given when unsure."""
    numbers = [percent(score) for _, score in claim.likely[: len(claim.emotions)]]
    words = outcome_words(claim, target)
    return f"{words}, {' and '.join(numbers)}" if numbers else words


def outcome_heading(claim: Claim, target: Emotion) -> str:
    """The outcome as a heading: "It came across", "Heard as angry or fearful"."""
    words = outcome_words(claim, target)
    if outcome(claim, target) in {Outcome.CAME_ACROSS, Outcome.PARTLY}:
        return f"It {words}"
    return f"{words[0].upper()}{words[1:]}"


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


def outcome_sentence(claim: Claim, target: Emotion, target_probability: float | None) -> str:
    """The outcome in a sentence. The probability of the target is None when the model does not know it."""
    match outcome(claim, target):
        case Outcome.CAME_ACROSS:
            return f"It came across: heard as {in_short(claim)}."
        case Outcome.PARTLY if claim.kind is ClaimKind.NEAR_TIE:
            return f"It partly came across: heard as {in_short(claim)}, too close to choose between."
        case Outcome.PARTLY:
            return (
                f"It partly came across: {target.value} before all else, but with only {percent(claim.likely[0][1])}."
            )
        case Outcome.UNSURE:
            start = "The model was unsure"
        case Outcome.HEARD_OTHERWISE:
            start = f"Heard as {in_short(claim)}"
    if target_probability is None:
        return f"{start}. You aimed for {target.value}, which this model does not know."
    return f"{start}. You aimed for {target.value}, which got {percent(target_probability)}."


def outcome_explanation(claim: Claim, target: Emotion, target_probability: float | None) -> str:
    """The full outcome in Markdown, for the person who made the take: what the model heard, and what came next."""
    (first, one), *rest = claim.likely
    next_came = "".join(f" Next came {second.value} ({percent(two)})." for second, two in rest)
    match outcome(claim, target):
        case Outcome.PARTLY if claim.kind is ClaimKind.NEAR_TIE:
            return f"The model heard {in_short(claim, bold=True)}, too close to choose between."
        case Outcome.CAME_ACROSS | Outcome.PARTLY:
            told = f"The model heard **{target.value}** before all else, and is **{sureness(one)}**: {percent(one)}."
            return told + next_came
        case Outcome.UNSURE if first is target:
            told = f"The model cannot tell. It heard **{target.value}** before all else, but with only {percent(one)}."
            return told + next_came
        case Outcome.UNSURE:
            told = explanation(claim)
        case Outcome.HEARD_OTHERWISE:
            told = f"The model heard {in_short(claim, bold=True)} instead."
    if target_probability is None:
        return f"{told} It does not know {target.value}, so only the feedback below is about it."
    return f"{told} The probability of **{target.value}** was {percent(target_probability)}."
