"""What is told beside an answer, in words: the only place that says it, for pages, reports and commands."""

from typing import Any

from ser_core.notices import Notice, NoticeCode
from ser_core.text.numbers import percent

_TWO_SIDES = ("left", "right")


def sentence(notice: Notice) -> str:
    """What a person is told.

    >>> sentence(Notice(NoticeCode.CUT_OFF, {"duration_s": 3.94, "promised_s": 0}))
    'The file breaks off at 3.9 s; only the part before that was analysed.'
    """
    facts = notice.facts
    match notice.code:
        case NoticeCode.CUT_OFF:
            of = f" of {facts['promised_s']:.1f} s" if facts["promised_s"] > facts["duration_s"] else ""
            return f"The file breaks off at {facts['duration_s']:.1f} s{of}; only the part before that was analysed."
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


def values(notice: Notice) -> dict[str, Any]:
    """A notice as plain values, for JSON: its code and its sentence."""
    return {"code": notice.code.value, "sentence": sentence(notice)}
