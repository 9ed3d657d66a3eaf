"""What is told beside the answer: something about the recording is missing, strange or in the way of the answer.

Codes are for programs, sentences for people; both stand here once, for page, command line, JSON and reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ser_core.text.numbers import percent

_TWO_SIDES = ("left", "right")


class NoticeCode(StrEnum):
    """What there is to tell, and the facts that come with it."""

    CUT_OFF = "cut off"
    """`duration_s` is what is there; `promised_s` how long it should be, 0 where nothing says so."""
    DAMAGED = "damaged"
    """`places` at which sound was missing or could not be decoded."""
    STRANGE_BYTES = "strange bytes"
    """`bytes` between the sound that belong to nothing."""
    JOINED = "joined"
    """`parts` of which the file is put together, all of them read."""
    CHANNELS_CANCEL = "channels cancel"
    """`channel`, counted from 0, is what was heard: mixed, the `channels` would cancel each other."""
    PARTIES = "one party a channel"
    """Each of the two channels has stretches to itself, as in a recorded call."""
    UNDEFINED = "undefined samples"
    """`share` of the samples that were no numbers and count as silence."""
    CLIPPED = "clipping"
    """`share` of the samples that lie in the flat tops of waves that were too loud."""
    BACKGROUND = "noise behind the voice"
    """Music or noise goes on behind whoever speaks; no facts."""


@dataclass(frozen=True)
class Notice:
    """One thing to tell.

    Attributes:
        code: what it is about.
        facts: the numbers in it, with units in their names; which ones, `NoticeCode` says.
    """

    code: NoticeCode
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What a person is told.

        >>> Notice(NoticeCode.CUT_OFF, {"duration_s": 3.94, "promised_s": 0}).sentence
        'The file breaks off at 3.9 s; this is what is there.'
        """
        facts = self.facts
        match self.code:
            case NoticeCode.CUT_OFF:
                of = f" of {facts['promised_s']:.1f} s" if facts["promised_s"] > facts["duration_s"] else ""
                return f"The file breaks off at {facts['duration_s']:.1f} s{of}; this is what is there."
            case NoticeCode.DAMAGED:
                places = "one place" if facts["places"] == 1 else f"{facts['places']:.0f} places"
                return f"The file is damaged in {places}; what could not be decoded is left out."
            case NoticeCode.STRANGE_BYTES:
                return f"The file holds {facts['bytes']:,.0f} bytes that are no sound; they are left out."
            case NoticeCode.JOINED:
                return f"The file is put together from {facts['parts']:.0f} recordings; all of them are read."
            case NoticeCode.CHANNELS_CANCEL:
                channel = round(facts["channel"])
                name = f"{_TWO_SIDES[channel]} one" if facts["channels"] == 2 else f"channel {channel + 1}"
                return f"Mixed, the channels would cancel each other, so only the {name} is heard."
            case NoticeCode.PARTIES:
                return (
                    "Each side of the recording has a voice to itself, as in a call; the answer is for both together."
                )
            case NoticeCode.UNDEFINED:
                return f"{percent(facts['share'])} of the samples are no numbers and count as silence."
            case NoticeCode.CLIPPED:
                return (
                    "The recording is clipped: it was louder than it could hold, which makes the answer less reliable."
                )
            case NoticeCode.BACKGROUND:
                return "There is music or noise behind the voice, which makes the answer less reliable."
