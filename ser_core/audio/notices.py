"""What is told of a recording beside the answer: it could be read, but something about it is missing or strange."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
    """`channel`, counted from 0, is what was heard: mixed, the channels of `channels` would cancel each other."""
    PARTIES = "one party a channel"
    """Each of the two channels has stretches to itself, as in a recorded call."""
    UNDEFINED = "undefined samples"
    """`share` of the samples that were no numbers and count as silence."""
    CLIPPED = "clipped"
    """`share` of the samples that lie in the flat tops of waves that were too loud."""


@dataclass(frozen=True)
class Notice:
    """One thing to tell.

    Attributes:
        code: what it is about.
        facts: the numbers in it, with units in their names; which ones, `NoticeCode` says.
    """

    code: NoticeCode
    facts: Mapping[str, float] = field(default_factory=dict)
