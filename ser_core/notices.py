"""What is told beside an answer: something about the recording is missing, strange or in the way of the answer.

Codes are for programs; `text.notices` puts them into sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
