"""What is saved and what is read back, as frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ser_core.claim import Claim
from ser_core.labels import Emotion
from ser_core.records import Clip
from ser_core.text.outcome import Outcome, outcome

Kind = Literal["analysis", "practice"]
Json = Mapping[str, Any]

# Limits of one profile, so that no stranger can fill the disk. Ten minutes of 16 kHz FLAC take at most 19 MB; 100 MB
# hold about an hour and a half of speech.
MAX_AUDIO_S = 600.0
MAX_PROFILE_BYTES = 100_000_000
MAX_TAKES = 2000


@dataclass(frozen=True)
class NewTake:
    """What a person asks to save.

    Attributes:
        kind: "analysis" of a recording, or "practice" towards a target.
        report: the report, as `report_dict` returns it.
        target: the emotion aimed for; always given for a practice take.
        delivery: the delivery values and advice of a practice take, as `ser delivery --json` prints them.
        audio: the recording, only if the person asked to keep it as well; at most MAX_AUDIO_S long.
    """

    kind: Kind
    report: Json
    target: Emotion | None = None
    delivery: Json | None = None
    audio: Clip | None = None


@dataclass(frozen=True)
class Take:
    """One line of the list.

    Attributes:
        saved_at: when it was saved, UTC.
        claim: what was claimed of the recording as a whole.
        target_probability: probability of the target; None without one, or when the model does not know it.
        file: the name of the recording's file; text, never a path to open or markup to render.
        duration_s: length of the recording in seconds.
        has_audio: whether the recording was kept.
    """

    id: int
    saved_at: datetime
    kind: Kind
    target: Emotion | None
    claim: Claim
    target_probability: float | None
    model: str
    file: str
    duration_s: float
    has_audio: bool

    @property
    def outcome(self) -> Outcome | None:
        """How the target came across; None without one."""
        return None if self.target is None else outcome(self.claim, self.target)


@dataclass(frozen=True)
class TakeDetails:
    """A complete take: `report` and `delivery` as they were saved."""

    take: Take
    report: Json
    delivery: Json | None
