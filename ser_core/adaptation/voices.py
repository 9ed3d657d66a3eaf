"""Known voices: whom predictions are adapted to, by the recordings that were labelled, without any sound of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ser_core.adaptation.few_shot import Adaptation, adapt
from ser_core.errors import SerError
from ser_core.labels import Emotion
from ser_core.records import Prediction

MAX_NAME_CHARS = 40
# More recordings of one voice gain next to nothing (README), and nobody labels so many.
MAX_LABELLED = 64


@dataclass(frozen=True)
class Labelled:
    """A recording whose emotion is known.

    Attributes:
        digest: SHA-256 of its content, hex, by which it is known again.
        prediction: the model's own.
        meant: the emotion that it was meant to convey.
    """

    digest: str
    prediction: Prediction
    meant: Emotion


@dataclass(frozen=True)
class KnownVoice:
    """A voice by its name.

    Attributes:
        name: what the person calls it.
        labelled: its recordings, of all models, in the order in which they were labelled.
    """

    name: str
    labelled: tuple[Labelled, ...] = ()

    def of_model(self, model: str) -> tuple[Labelled, ...]:
        """The recordings that this model heard."""
        return tuple(each for each in self.labelled if each.prediction.model == model)

    def with_label(self, digest: str, prediction: Prediction, meant: Emotion) -> "KnownVoice":
        """The voice with one more recording, in place of an earlier label of it. Raises SerError when it has many."""
        others = self.without_label(digest, prediction.model).labelled
        if len(others) >= MAX_LABELLED:
            raise SerError(
                "{name} has {most} labelled recordings already: more gain nothing.", name=self.name, most=MAX_LABELLED
            )
        return replace(self, labelled=(*others, Labelled(digest, prediction, meant)))

    def without_label(self, digest: str, model: str) -> "KnownVoice":
        """The voice without what this model made of a recording."""
        kept = tuple(each for each in self.labelled if (each.digest, each.prediction.model) != (digest, model))
        return replace(self, labelled=kept)

    def adaptation(self, model: str, heard: str) -> Adaptation | None:
        """How this model's scores are mapped for a recording of the voice with the digest `heard`; None without others.

        Its own label is left out, or the answer would only repeat the person.
        """
        others = [(each.prediction, each.meant) for each in self.of_model(model) if each.digest != heard]
        return adapt(others) if others else None

    def to_dict(self) -> dict[str, Any]:
        """For JSON; `from_dict` reads it back."""
        return {
            "name": self.name,
            "labelled": [
                {
                    "digest": each.digest,
                    "model": each.prediction.model,
                    "scores": {emotion.value: round(score, 6) for emotion, score in each.prediction.scores.items()},
                    "meant": each.meant.value,
                }
                for each in self.labelled
            ],
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "KnownVoice":
        """A stored voice. Raises SerError when it is not one."""
        try:
            return cls(str(content["name"]), tuple(_labelled(each) for each in content["labelled"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SerError("A stored voice cannot be read. Forget it, and label its recordings again.") from error


def _labelled(content: Mapping[str, Any]) -> Labelled:
    scores = {Emotion(name): float(score) for name, score in content["scores"].items()}
    return Labelled(str(content["digest"]), Prediction(scores, str(content["model"])), Emotion(content["meant"]))
