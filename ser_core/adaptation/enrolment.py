"""Enrolment: a speaker's neutral voice, with which their takes are compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ser_core.errors import AudioError, SerError
from ser_core.labels import Emotion
from ser_core.prosody import MEASURES, measure_prosody
from ser_core.records import Clip, NeutralLogits

# The requested length, and the minimum: ten seconds of reading contain pauses and a breath before the first word.
ASKED_S = 10.0
_MIN_VOICED_S = 2.0
# The reference sees a speaker's neutral voice as the median over takes of two to four seconds; so does this.
_PIECE_S = 3.0
_MIN_CONFIDENCE = 0.5


@dataclass(frozen=True)
class Enrolment:
    """A speaker's neutral voice.

    Attributes:
        values: by the name of the value, without those that could not be measured. Pitch is always there.
        voiced_s: seconds of voice from which they were measured.
        neutral: the model's logits for it, or None if no model was used.
    """

    values: Mapping[str, float]
    voiced_s: float
    neutral: NeutralLogits | None = None

    def to_dict(self) -> dict[str, Any]:
        """For JSON; `from_dict` reads it back."""
        heard = self.neutral and {
            "model": self.neutral.model,
            "logits": {label.value: x for label, x in self.neutral.logits.items()},
        }
        return {"values": dict(self.values), "voiced_s": self.voiced_s, "neutral": heard}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Enrolment":
        """A stored enrolment. Raises SerError when it is not one."""
        try:
            values = {str(name): float(value) for name, value in content["values"].items() if name in MEASURES}
            enrolment = cls(values, float(content["voiced_s"]), _neutral(content["neutral"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SerError("This is no stored neutral voice. Record the ten seconds again.") from error
        if not values.get("pitch_median_hz", 0.0) > 0.0 or not np.isfinite(list(values.values())).all():
            raise SerError("The stored neutral voice has no pitch. Record the ten seconds again.")
        return enrolment


def _neutral(content: Mapping[str, Any] | None) -> NeutralLogits | None:
    if content is None:
        return None
    logits = {Emotion(label): float(x) for label, x in content["logits"].items()}
    if not np.isfinite(list(logits.values())).all():
        raise ValueError("its logits are no numbers")
    return NeutralLogits(str(content["model"]), logits)


def enrol(clip: Clip) -> Enrolment:
    """The neutral voice from about ten seconds of plain speech: medians over stretches of 3 s.

    Raises AudioError when it contains less than 2 s of voice, or the voice is hardly above the noise.
    """
    pieces = max(1, round(clip.duration_s / _PIECE_S))
    edges = np.linspace(0.0, clip.duration_s, pieces + 1)
    measured = [measure_prosody(clip.between(start, end)) for start, end in pairwise(edges)]
    voiced_s = sum(prosody.pitch.voiced_s for prosody in measured)
    values = {}
    for name in MEASURES:
        found = [p.values[name] for p in measured if p.confidence[name] >= _MIN_CONFIDENCE]
        numbers = [value for value in found if value is not None]
        if numbers:
            values[name] = float(np.median(numbers))
    if voiced_s < _MIN_VOICED_S:
        raise AudioError(
            "The recording contains only {voiced:.1f} s of voice; at least {least:.0f} s "
            "are needed. Read a text aloud, as if to a friend, for {seconds:.0f} s in a quiet room.",
            voiced=voiced_s,
            least=_MIN_VOICED_S,
            seconds=ASKED_S,
        )
    if "pitch_median_hz" not in values:
        raise AudioError(
            "The recording is too noisy to enrol your voice. Record it again in a quiet room, closer to the microphone."
        )
    return Enrolment(values, voiced_s)
