"""Wording of numbers and names, and escaping of foreign text."""

import re
from pathlib import PurePath

from ser_core.labels import Emotion, named
from ser_core.language import _
from ser_core.models.card import Card
from ser_core.text.answer import trust_in_confidence as trust_in_confidence
from ser_core.text.numbers import clock as clock
from ser_core.text.numbers import duration as duration
from ser_core.text.numbers import percent as percent

# Values of delivery that a person can hear and change; the others say more about the microphone.
AUDIBLE = (
    "pitch_median_hz",
    "pitch_range_semitones",
    "loudness_lufs",
    "dynamics_db",
    "syllables_per_s",
    "pause_share",
)


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
