"""What is saved and what is read back, as frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from ser_core.claim import Claim
from ser_core.labels import Emotion
from ser_core.records import Clip, Prediction, Report
from ser_core.text.outcome import Outcome, outcome

if TYPE_CHECKING:
    # Naming them must not load what measures a voice.
    from ser_core.practice.delivery import Delivery
    from ser_core.practice.feedback import Advice

Kind = Literal["analysis", "practice"]
Json = Mapping[str, Any]

# Limits of one profile, so that no stranger can fill the disk. Ten minutes of 16 kHz FLAC take at most 19 MB; 100 MB
# hold about an hour and a half of speech.
MAX_AUDIO_S = 600.0
MAX_PROFILE_BYTES = 100_000_000
MAX_TAKES = 2000


@dataclass(frozen=True)
class NewTake:
    """What a person asks to save: an analysis, or a practice take if there is a delivery.

    Attributes:
        report: what was heard.
        delivery: how a practice take was spoken, and towards which target.
        audio: the recording, only if the person asked to keep it as well; at most MAX_AUDIO_S long.
    """

    report: Report
    delivery: "Delivery | None" = None
    audio: Clip | None = None

    @property
    def kind(self) -> Kind:
        """Which of the two it is."""
        return "analysis" if self.delivery is None else "practice"

    @property
    def target(self) -> Emotion | None:
        """The emotion aimed for; None for an analysis."""
        return None if self.delivery is None else self.delivery.target


@dataclass(frozen=True)
class SavedTake:
    """One line of the list.

    Attributes:
        saved_at: when it was saved, UTC.
        claim: what was claimed of the recording as a whole.
        target_probability: probability of the target; None without one, or when the model does not know it.
        file: the name of the recording's file; text, never a path to open or markup to render.
        title: what the person calls it; "" for the name of its file. Text as well.
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
    title: str
    duration_s: float
    has_audio: bool

    @property
    def name(self) -> str:
        """What it is called."""
        return self.title or self.file

    @property
    def outcome(self) -> Outcome | None:
        """How the target came across; None without one."""
        return None if self.target is None else outcome(self.claim, self.target)


@dataclass(frozen=True)
class Wanted:
    """Which takes are looked for; all of them by default.

    Attributes:
        text: in the name, without regard to case.
        heard: the emotion that was claimed, alone or as one of two.
        kind: analyses or practice takes.
    """

    text: str = ""
    heard: Emotion | None = None
    kind: Kind | None = None


@dataclass(frozen=True, eq=False, repr=False)
class DeletedTake:
    """A take that was deleted, as long as somebody holds it: nothing of it is in the database any more."""

    row: Mapping[str, Any]
    flac: bytes | None


@dataclass(frozen=True)
class TakeDetails:
    """A complete take.

    Attributes:
        prediction: what was heard in the recording as a whole.
        values: the delivery values of a practice take that were known, by their names.
        advice: what was said about it.
    """

    take: SavedTake
    prediction: Prediction
    values: Mapping[str, float]
    advice: "tuple[Advice, ...]"


@dataclass(frozen=True)
class TakeDocuments:
    """A take as it was saved, for export: `report` and `delivery` are plain values."""

    take: SavedTake
    report: Json
    delivery: Json | None
