"""Wording of numbers and names, and escaping of foreign text."""

import re
from pathlib import PurePath

from ser_core.claim import Claim
from ser_core.labels import Emotion, named
from ser_core.language import N_, _
from ser_core.models.card import Card
from ser_core.recognition.affect import Affect, Tone
from ser_core.text.numbers import Number
from ser_core.text.numbers import clock as clock
from ser_core.text.numbers import duration as duration
from ser_core.text.numbers import percent as percent


def trust_in_confidence(claim: Claim, gap: float | None) -> str:
    """What the confidence of a claim means, and how far it can be trusted; a near tie is right if one of the two is.

    `gap` is the calibration error on unseen speakers, None if it was not measured.

    >>> from ser_core.claim import ClaimKind
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


_TONES = {
    Tone.POSITIVE: N_("Tone: positive (valence {valence}, arousal {arousal})."),
    Tone.NEUTRAL: N_("Tone: neutral (valence {valence}, arousal {arousal})."),
    Tone.NEGATIVE: N_("Tone: negative (valence {valence}, arousal {arousal})."),
}


def tone_sentence(affect: Affect) -> str:
    """Tone, valence and arousal, in a line.

    >>> tone_sentence(Affect(-0.514, 0.59))
    'Tone: negative (valence −0.5, arousal 0.6).'
    """
    return _(_TONES[affect.tone], valence=_signed(affect.valence), arousal=_signed(affect.arousal))


def _signed(value: float) -> str:
    """One decimal place, with a true minus, and no minus before nought."""
    return f"{Number(value):.1f}"


def gain_of_few_shot(card: Card) -> str:
    """The gain from adaptation for unseen speakers, in a sentence; "" if it was not measured."""
    figures = card.gain_of_few_shot
    if figures is None:
        return ""
    return _(
        "For actors it had never heard, that raised the share of right answers from {before} "
        "to {after}, averaged over the emotions (`{of}`).",
        before=percent(figures["ua_without"]),
        after=percent(figures["ua_with"]),
        of=figures["of"],
    )


def name_of(emotion: Emotion) -> str:
    """The emotion's name as a title.

    >>> name_of(Emotion.ANGRY)
    'Angry'
    """
    return named(emotion).capitalize()


def literal(text: str) -> str:
    r"""`text` for a place that renders Markdown, so that every character is shown as it is.

    >>> print(literal("**x**<b>.wav"))
    \*\*x\*\*\<b\>\.wav
    """
    # A backslash makes any ASCII punctuation literal (CommonMark 0.31, section 2.4). Streamlit replaces its own
    # ":name:" for emojis and icons after Markdown is parsed, so a colon also gets a word joiner, which has no width and
    # breaks the pattern.
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))
    return escaped.replace("\\:", "\\:\u2060")


def download_name(source_name: str, ending: str) -> str:
    """A harmless file name for a download about the recording `source_name`.

    >>> download_name("../my clip <1>.wav", "emotion.json")
    'my_clip_1-emotion.json'
    """
    stem = re.sub(r"[^\w-]+", "_", PurePath(source_name).stem).strip("_")[:60]
    return f"{stem or 'recording'}-{ending}"
