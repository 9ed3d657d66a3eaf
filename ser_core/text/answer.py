"""The wording of claims: the only place for it, for pages, pictures, reports and commands."""

from typing import Any

from ser_core.claim import Claim, ClaimKind
from ser_core.errors import NoSpeechError
from ser_core.text.numbers import percent

# The lower bound of each band of confidence, and its wording. A calibrated 0.5 means that half of such answers are
# wrong, so nothing better than "not very" is justified below it; chance among eight is 0.125.
_SURENESS = (
    (0.9, "very sure"),
    (0.7, "fairly sure"),
    (0.5, "not very sure"),
    (0.35, "far from sure"),
    (0.0, "only guessing"),
)

_ABOVE_HEADLINE = {
    ClaimKind.ONE_EMOTION: "Emotion detected",
    ClaimKind.NEAR_TIE: "Too close to choose",
    ClaimKind.UNSURE: "No clear emotion",
    ClaimKind.NO_SPEECH: "No emotion named",
}


def name(claim: Claim) -> str:
    """What is claimed, without numbers: "angry", "angry or fearful", "unsure", "no speech"."""
    return " or ".join(claim.emotions) or claim.kind.value


def headline(claim: Claim) -> str:
    """`name` as a heading: "Angry or fearful"."""
    return name(claim).capitalize()


def above_headline(claim: Claim) -> str:
    """The few words above the headline."""
    return _ABOVE_HEADLINE[claim.kind]


def in_short(claim: Claim, *, bold: bool = False) -> str:
    """For a line of a list: "angry (83%)", "angry or fearful (46%, 44%)", "unsure; most likely
    angry (30%) or sad (25%)".

    Where nobody speaks: "no speech, so no emotion is named". `bold` marks what is claimed as Markdown does.
    """
    if claim.kind is ClaimKind.NO_SPEECH:
        return f"{name(claim)}, so no emotion is named"
    if claim.kind is ClaimKind.UNSURE:
        return f"{name(claim)}; most likely {_likely(claim)}"
    mark = "**" if bold else ""
    return f"{mark}{name(claim)}{mark} ({_numbers(claim)})"


def explanation(claim: Claim, *, bold: bool = False) -> str:
    """The sentence below the headline; `bold` marks the important words in Markdown."""
    mark = "**" if bold else ""
    match claim.kind:
        case ClaimKind.ONE_EMOTION:
            confidence = claim.likely[0][1]
            return f"The model is {mark}{sureness(confidence)}{mark}: {percent(confidence)}."
        case ClaimKind.NEAR_TIE:
            return f"The two are too close to choose between: {_likely(claim, mark)}."
        case ClaimKind.UNSURE:
            return f"The model cannot tell. Most likely {_likely(claim, mark)}."
        case ClaimKind.NO_SPEECH:
            return NoSpeechError.SENTENCE


def announcement(claim: Claim) -> str:
    """The whole answer in a sentence or two, for a screen reader."""
    if claim.kind is ClaimKind.NO_SPEECH:
        return explanation(claim)
    if claim.kind is ClaimKind.UNSURE:
        return f"{headline(claim)}. {explanation(claim)}"
    return f"{above_headline(claim)}: {name(claim)}. {explanation(claim)}"


def values(claim: Claim) -> dict[str, Any]:
    """The claim as plain values: what JSON holds.

    "emotion" is the most probable one with its "confidence", even if the model is "unsure" or cannot choose; both are
    None if nobody speaks. "pair" names the two emotions of a near tie, and is otherwise None.
    """
    emotion, confidence = claim.likely[0] if claim.likely else (None, None)
    return {
        "speech": claim.kind is not ClaimKind.NO_SPEECH,
        "emotion": emotion and emotion.value,
        "confidence": None if confidence is None else round(confidence, 4),
        "unsure": not claim.emotions,
        "pair": [each.value for each in claim.emotions] if claim.kind is ClaimKind.NEAR_TIE else None,
    }


def sureness(confidence: float) -> str:
    """How sure the model is, in words. `confidence` is a probability in [0, 1].

    >>> sureness(0.83)
    'fairly sure'
    """
    return next(words for bound, words in _SURENESS if confidence >= bound)


def _likely(claim: Claim, mark: str = "") -> str:
    """The most probable emotions with their probabilities: "angry (46%) or fearful (44%)"."""
    return " or ".join(f"{mark}{emotion.value}{mark} ({percent(score)})" for emotion, score in claim.likely)


def _numbers(claim: Claim) -> str:
    return ", ".join(percent(score) for _, score in claim.likely[: len(claim.emotions)])
