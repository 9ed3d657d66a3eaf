"""What is told beside an answer, in words: the only place that says it, for pages, reports and commands."""

from typing import Any

from ser_core.language import N_, _, ngettext
from ser_core.notices import Notice, NoticeCode
from ser_core.text.numbers import percent

_ONE_SIDE = (
    N_("Mixed, the channels would cancel each other out, so only the left one was used."),
    N_("Mixed, the channels would cancel each other out, so only the right one was used."),
)


def sentence(notice: Notice) -> str:
    """What a person is told.

    >>> sentence(Notice(NoticeCode.CUT_OFF, {"duration_s": 3.94, "promised_s": 0}))
    'The file breaks off at 3.9 s; only the part before that was analysed.'
    """
    facts = notice.facts
    match notice.code:
        case NoticeCode.CUT_OFF:
            if facts["promised_s"] > facts["duration_s"]:
                return _(
                    "The file breaks off at {end:.1f} s of {promised:.1f} s; only the part before that was analysed.",
                    end=facts["duration_s"],
                    promised=facts["promised_s"],
                )
            return _(
                "The file breaks off at {end:.1f} s; only the part before that was analysed.", end=facts["duration_s"]
            )
        case NoticeCode.DAMAGED:
            return ngettext(
                "The file is damaged in one place; the parts that could not be decoded are left out.",
                "The file is damaged in {count} places; the parts that could not be decoded are left out.",
                round(facts["places"]),
            )
        case NoticeCode.STRANGE_BYTES:
            return _(
                "The file contains {bytes:,.0f} bytes that are not sound; they are left out.", bytes=facts["bytes"]
            )
        case NoticeCode.JOINED:
            return ngettext(
                "The file consists of {count} joined recording; all of it was analysed.",
                "The file consists of {count} joined recordings; all of them were analysed.",
                round(facts["parts"]),
            )
        case NoticeCode.CHANNELS_CANCEL:
            channel = round(facts["channel"])
            if facts["channels"] == 2:
                return _(_ONE_SIDE[channel])
            return _(
                "Mixed, the channels would cancel each other out, so only the channel {number} was used.",
                number=channel + 1,
            )
        case NoticeCode.PARTIES:
            return _("Each channel of the recording has its own voice, as in a call; the answer is for both together.")
        case NoticeCode.UNDEFINED:
            return _("{share} of the samples are not numbers and count as silence.", share=percent(facts["share"]))
        case NoticeCode.CLIPPED:
            return _("The recording is clipped: it was too loud for its format, which makes the answer less reliable.")
        case NoticeCode.BACKGROUND:
            return _("There is music or noise behind the voice, which makes the answer less reliable.")


def values(notice: Notice) -> dict[str, Any]:
    """A notice as plain values, for JSON: its code and its sentence."""
    return {"code": notice.code.value, "sentence": sentence(notice)}
