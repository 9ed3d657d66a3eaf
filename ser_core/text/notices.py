"""Notices shown beside the answer: something in the recording is missing, strange, or makes the answer less reliable.

Codes are for programs, sentences for people. Both are defined here, for pages, command line, JSON and reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ser_core.text.numbers import percent

_TWO_SIDES = ("left", "right")


class NoticeCode(StrEnum):
    """What a notice is about, and the facts that it carries."""

    CUT_OFF = "cut off"
    """`duration_s` is the length that was read; `promised_s` the length it should have, 0 if unknown."""
    DAMAGED = "damaged"
    """`places` at which sound was missing or could not be decoded."""
    STRANGE_BYTES = "strange bytes"
    """`bytes` between the sound that belong to nothing."""
    JOINED = "joined"
    """`parts` from which the file was joined; all of them are read."""
    CHANNELS_CANCEL = "channels cancel"
    """`channel`, counted from 0, is the one that was used: mixed, the `channels` would cancel each other out."""
    PARTIES = "one party a channel"
    """Each of the two channels has stretches to itself, as in a recorded call."""
    UNDEFINED = "undefined samples"
    """`share` of the samples that were not numbers and count as silence."""
    CLIPPED = "clipping"
    """`share` of the samples that lie in the flat tops of waves that were too loud."""
    BACKGROUND = "noise behind the voice"
    """Music or noise is audible behind the voice; no facts."""


@dataclass(frozen=True)
class Notice:
    """One notice.

    Attributes:
        code: what it is about.
        facts: the numbers in it, with units in their names, as described in `NoticeCode`.
    """

    code: NoticeCode
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The notice as a sentence.

        >>> Notice(NoticeCode.CUT_OFF, {"duration_s": 3.94, "promised_s": 0}).sentence
        'The file breaks off at 3.9 s; only the part before that was analysed.'
        """
        facts = self.facts
        match self.code:
            case NoticeCode.CUT_OFF:
                of = f" of {facts['promised_s']:.1f} s" if facts["promised_s"] > facts["duration_s"] else ""
                return (
                    f"The file breaks off at {facts['duration_s']:.1f} s{of}; only the part before that was analysed."
                )
            case NoticeCode.DAMAGED:
                places = "one place" if facts["places"] == 1 else f"{facts['places']:.0f} places"
                return f"The file is damaged in {places}; the parts that could not be decoded are left out."
            case NoticeCode.STRANGE_BYTES:
                return f"The file contains {facts['bytes']:,.0f} bytes that are not sound; they are left out."
            case NoticeCode.JOINED:
                return f"The file consists of {facts['parts']:.0f} joined recordings; all of them were analysed."
            case NoticeCode.CHANNELS_CANCEL:
                channel = round(facts["channel"])
                name = f"{_TWO_SIDES[channel]} one" if facts["channels"] == 2 else f"channel {channel + 1}"
                return f"Mixed, the channels would cancel each other out, so only the {name} was used."
            case NoticeCode.PARTIES:
                return "Each channel of the recording has its own voice, as in a call; the answer is for both together."
            case NoticeCode.UNDEFINED:
                return f"{percent(facts['share'])} of the samples are not numbers and count as silence."
            case NoticeCode.CLIPPED:
                return "The recording is clipped: it was too loud for its format, which makes the answer less reliable."
            case NoticeCode.BACKGROUND:
                return "There is music or noise behind the voice, which makes the answer less reliable."
