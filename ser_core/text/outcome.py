"""Whether a take came across as intended: one definition for every page, report and command."""

from collections.abc import Sequence
from enum import StrEnum

from ser_core.claim import Claim, ClaimKind
from ser_core.labels import Emotion, named
from ser_core.language import N_, _
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
        return _("heard as {emotion}", emotion=name(claim))
    if came is Outcome.PARTLY:
        if claim.kind is ClaimKind.NEAR_TIE:
            return _("partly came across, as {emotion}", emotion=name(claim))
        return _("partly came across")
    return _("came across") if came is Outcome.CAME_ACROSS else _("unsure")


def outcome_in_short(claim: Claim, target: Emotion) -> str:
    """`outcome_words` with the probability of what is claimed: "heard as sad, 65%"; none is given when unsure."""
    numbers = [percent(score) for _emotion, score in claim.likely[: len(claim.emotions)]]
    words = outcome_words(claim, target)
    match numbers:
        case [one]:
            return f"{words}, {one}"
        case [one, other]:
            return _("{outcome}, {one} and {other}", outcome=words, one=one, other=other)
    return words


def outcome_heading(claim: Claim, target: Emotion) -> str:
    """The outcome as a heading: "It came across", "Heard as angry or fearful"."""
    match outcome(claim, target):
        case Outcome.CAME_ACROSS:
            return _("It came across")
        case Outcome.PARTLY if claim.kind is ClaimKind.NEAR_TIE:
            return _("It partly came across, as {emotion}", emotion=name(claim))
        case Outcome.PARTLY:
            return _("It partly came across")
    words = outcome_words(claim, target)
    return f"{words[0].upper()}{words[1:]}"


def outcome_count(outcomes: Sequence[Outcome]) -> str:
    """How many takes came across: "1 of 3 takes came across, and 1 partly"; of a single one, how it did."""
    if len(outcomes) == 1:
        return _(_SINGLE[outcomes[0]])
    partly = outcomes.count(Outcome.PARTLY)
    came, all_of_them = outcomes.count(Outcome.CAME_ACROSS), len(outcomes)
    if partly:
        return _(
            "{came} of {count} takes came across, and {partly} partly", came=came, count=all_of_them, partly=partly
        )
    return _("{came} of {count} takes came across", came=came, count=all_of_them)


_SINGLE = {
    Outcome.CAME_ACROSS: N_("1 take, which came across"),
    Outcome.PARTLY: N_("1 take, which partly came across"),
    Outcome.HEARD_OTHERWISE: N_("1 take, which was heard as something else"),
    Outcome.UNSURE: N_("1 take, of which the model was unsure"),
}


def outcome_sentence(claim: Claim, target: Emotion, target_probability: float | None) -> str:
    """The outcome in a sentence. The probability of the target is None when the model does not know it."""
    match outcome(claim, target):
        case Outcome.CAME_ACROSS:
            return _("It came across: heard as {emotion}.", emotion=in_short(claim))
        case Outcome.PARTLY if claim.kind is ClaimKind.NEAR_TIE:
            return _("It partly came across: heard as {emotion}, too close to choose between.", emotion=in_short(claim))
        case Outcome.PARTLY:
            return _(
                "It partly came across: {emotion} before all else, but with only {share}.",
                emotion=named(target),
                share=percent(claim.likely[0][1]),
            )
        case Outcome.UNSURE:
            start = _("The model was unsure.")
        case Outcome.HEARD_OTHERWISE:
            start = _("Heard as {emotion}.", emotion=in_short(claim))
    if target_probability is None:
        aimed = _("You aimed for {emotion}, which this model does not know.", emotion=named(target))
    else:
        aimed = _(
            "You aimed for {emotion}, which got {share}.", emotion=named(target), share=percent(target_probability)
        )
    return f"{start} {aimed}"


def outcome_explanation(claim: Claim, target: Emotion, target_probability: float | None) -> str:
    """The full outcome in Markdown, for the person who made the take: what the model heard, and what came next."""
    (first, one), *rest = claim.likely
    next_came = "".join(
        " " + _("Next came {emotion} ({share}).", emotion=named(second), share=percent(two)) for second, two in rest
    )
    match outcome(claim, target):
        case Outcome.PARTLY if claim.kind is ClaimKind.NEAR_TIE:
            return _("The model heard {emotion}, too close to choose between.", emotion=in_short(claim, bold=True))
        case Outcome.CAME_ACROSS | Outcome.PARTLY:
            told = _(
                "The model heard **{emotion}** before all else, and is **{sure}**: {share}.",
                emotion=named(target),
                sure=sureness(one),
                share=percent(one),
            )
            return told + next_came
        case Outcome.UNSURE if first is target:
            told = _(
                "The model cannot tell. It heard **{emotion}** before all else, but with only {share}.",
                emotion=named(target),
                share=percent(one),
            )
            return told + next_came
        case Outcome.UNSURE:
            told = explanation(claim)
        case Outcome.HEARD_OTHERWISE:
            told = _("The model heard {emotion} instead.", emotion=in_short(claim, bold=True))
    if target_probability is None:
        known = _("It does not know {emotion}, so only the feedback below is about it.", emotion=named(target))
    else:
        known = _(
            "The probability of **{emotion}** was {share}.", emotion=named(target), share=percent(target_probability)
        )
    return f"{told} {known}"
