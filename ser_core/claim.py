"""What is claimed about a voice. Every page, report and command uses this type; `ser_core.text.answer` words it."""

from dataclasses import dataclass
from enum import StrEnum

from ser_core.labels import Emotion


class ClaimKind(StrEnum):
    """What can be claimed about a recording."""

    ONE_EMOTION = "one emotion"
    NEAR_TIE = "one of two"
    UNSURE = "unsure"
    NO_SPEECH = "no speech"


# How many emotions each kind names.
_NAMED = {ClaimKind.ONE_EMOTION: 1, ClaimKind.NEAR_TIE: 2, ClaimKind.UNSURE: 0, ClaimKind.NO_SPEECH: 0}


@dataclass(frozen=True)
class Claim:
    """What is claimed about a recording.

    Attributes:
        kind: one emotion, one of two, none because the model is unsure, or none because nobody speaks.
        likely: the two most probable emotions with their probabilities, even if none is claimed; fewer if the model
            knows only one, none if nobody speaks.
    """

    kind: ClaimKind
    likely: tuple[tuple[Emotion, float], ...] = ()

    @property
    def emotions(self) -> tuple[Emotion, ...]:
        """The emotions that are claimed: one, two or none."""
        return tuple(emotion for emotion, _ in self.likely[: _NAMED[self.kind]])


NO_SPEECH = Claim(ClaimKind.NO_SPEECH)
