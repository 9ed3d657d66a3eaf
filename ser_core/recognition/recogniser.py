"""A model that answers: from a clip, or what was heard of one, to what is claimed of the voice."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ser_core.arrays import DoubleArray
from ser_core.config import Settings, load_settings
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.card import ClassicCard, ModelCard, load_card
from ser_core.models.runner import Runner, open_runner, whole_answer
from ser_core.records import Clip, NeutralLogits, Prediction


class Recogniser:
    """A model of any kind ready to answer. Safe to share between threads.

    Attributes:
        runner: what runs the model's file.
    """

    def __init__(self, runner: Runner[Any]) -> None:
        self.runner = runner

    @property
    def card(self) -> ModelCard | ClassicCard:
        """What the model is."""
        return self.runner.card

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.card.name

    @property
    def labels(self) -> tuple[Emotion, ...]:
        """The emotions it tells apart, in the order of its outputs."""
        return self.card.labels

    @property
    def window_s(self) -> float:
        """Seconds of speech it hears at once."""
        return self.runner.window_s

    def predict(self, clip: Clip, neutral: NeutralLogits | None = None) -> Prediction:
        """The answer for a clip of up to a minute as a whole; see `conclude`."""
        return self.conclude([self.runner.logits(clip)], neutral)

    def conclude(self, logits: Sequence[DoubleArray], neutral: NeutralLogits | None = None) -> Prediction:
        """The answer for a recording from the outputs for its windows, each of shape (labels,).

        With `neutral`, how the speaker's neutral voice sounds to this model, it is relative to that voice. Heard by
        another model, or where the card does not say how it is used, it changes nothing.
        """
        calibration = self.card.calibration
        whole, use = whole_answer(logits), calibration.enrolment
        if neutral and use and neutral.model == self.name:
            own = np.array([neutral.logits[label] for label in self.labels])
            whole = whole - use.strength * (own - np.array(use.neutral_logits))
        return self.card.prediction(softmax(whole, calibration.temperature))

    def enrol(self, clip: Clip) -> NeutralLogits:
        """How the neutral speech in `clip`, some ten seconds of it, sounds to this model."""
        return NeutralLogits(
            self.name, {label: float(x) for label, x in zip(self.labels, self.runner.logits(clip), strict=True)}
        )


def load_recogniser(name: str | None = None, settings: Settings | None = None) -> Recogniser:
    """The model called `name` (the configured one by default), whatever its kind.

    Raises ModelError when it is missing, altered or cannot be run, or when a package that it needs is missing.
    """
    settings = settings or load_settings()
    folder = settings.models_dir / (name or settings.model)
    return Recogniser(open_runner(load_card(folder.name, folder.parent), folder))
