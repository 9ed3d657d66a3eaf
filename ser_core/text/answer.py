"""The wording of claims: the only place for it, for pages, pictures, reports and commands."""

from typing import Any

from ser_core.claim import Claim, ClaimKind
from ser_core.errors import NoSpeechError
from ser_core.labels import named
from ser_core.language import N_, _
from ser_core.text.numbers import percent

# The lower bound of each band of confidence, and its wording. A calibrated 0.5 means that half of such answers are
# wrong, so nothing better than "not very" is justified below it; chance among eight is 0.125.
_SURENESS = (
    (0.9, N_("very sure")),
    (0.7, N_("fairly sure")),
    (0.5, N_("not very sure")),
    (0.35, N_("far from sure")),
    (0.0, N_("only guessing")),
)

_ABOVE_HEADLINE = {
    ClaimKind.ONE_EMOTION: N_("Emotion detected"),
    ClaimKind.NEAR_TIE: N_("Too close to choose"),
    ClaimKind.UNSURE: N_("No clear emotion"),
    ClaimKind.NO_SPEECH: N_("No emotion named"),
}


def name(claim: Claim) -> str:
    """What is claimed, without numbers: "angry", "angry or fearful", "unsure", "no speech"."""
    match [named(emotion) for emotion in claim.emotions]:
        case [one]:
            return one
        case [one, other]:
            return _("{one} or {other}", one=one, other=other)
    return _("no speech") if claim.kind is ClaimKind.NO_SPEECH else _("unsure")


def headline(claim: Claim) -> str:
    """`name` as a heading: "Angry or fearful"."""
    return name(claim).capitalize()


def above_headline(claim: Claim) -> str:
    """The few words above the headline."""
    return _(_ABOVE_HEADLINE[claim.kind])


def in_short(claim: Claim, *, bold: bool = False) -> str:
    """For a line of a list: "angry (83%)", "angry or fearful (46%, 44%)", "unsure; most likely
    angry (30%) or sad (25%)".

    Where nobody speaks: "no speech, so no emotion is named". `bold` marks what is claimed as Markdown does.
    """
    if claim.kind is ClaimKind.NO_SPEECH:
        return _("no speech, so no emotion is named")
    if claim.kind is ClaimKind.UNSURE:
        return _("unsure; most likely {emotions}", emotions=_likely(claim))
    mark = "**" if bold else ""
    return f"{mark}{name(claim)}{mark} ({_numbers(claim)})"


def explanation(claim: Claim, *, bold: bool = False) -> str:
    """The sentence below the headline; `bold` marks the important words in Markdown."""
    mark = "**" if bold else ""
    match claim.kind:
        case ClaimKind.ONE_EMOTION:
            confidence = claim.likely[0][1]
            return _(
                "The model is {sure}: {share}.", sure=f"{mark}{sureness(confidence)}{mark}", share=percent(confidence)
            )
        case ClaimKind.NEAR_TIE:
            return _("The two are too close to choose between: {emotions}.", emotions=_likely(claim, mark))
        case ClaimKind.UNSURE:
            return _("The model cannot tell. Most likely {emotions}.", emotions=_likely(claim, mark))
        case ClaimKind.NO_SPEECH:
            return _(NoSpeechError.SENTENCE)


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
    return next(_(words) for bound, words in _SURENESS if confidence >= bound)


def trust_in_confidence(claim: Claim, gap: float | None) -> str:
    """What the confidence of a claim means, and how far it can be trusted; a near tie is right if one of the two is.

    `gap` is the calibration error on unseen speakers, None if it was not measured.

    >>> from ser_core.labels import Emotion
    >>> trust_in_confidence(Claim(ClaimKind.ONE_EMOTION, ((Emotion.SAD, 0.71), (Emotion.CALM, 0.2))), 0.03)
    'Of 100 answers this sure, about 71 are right: for people it had never heard, it was off by 3 on average.'
    """
    if gap is None:
        return _("How far its confidence can be trusted has not been measured.")
    likely = sum(score for _emotion, score in claim.likely[: len(claim.emotions)])
    right = min(99, round(100 * likely))
    return _(
        "Of 100 answers this sure, about {right} are right: for people it had never heard, it "
        "was off by {points:.0f} on average.",
        right=right,
        points=gap * 100,
    )


def _likely(claim: Claim, mark: str = "") -> str:
    """The most probable emotions with their probabilities: "angry (46%) or fearful (44%)"."""
    likely = [f"{mark}{named(emotion)}{mark} ({percent(score)})" for emotion, score in claim.likely]
    return _("{one} or {other}", one=likely[0], other=likely[1]) if len(likely) == 2 else "".join(likely)


def _numbers(claim: Claim) -> str:
    return ", ".join(percent(score) for _emotion, score in claim.likely[: len(claim.emotions)])
