"""A model ready for use: from a clip, or the outputs for its windows, to what is claimed about the voice."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ser_core.arrays import DoubleArray
from ser_core.config import Settings, load_settings
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.card import AnyCard, load_card
from ser_core.models.opening import open_runner
from ser_core.models.runner import Runner, whole_answer
from ser_core.records import Clip, NeutralLogits, Prediction


class Recogniser:
    """A model of any kind, ready for use. Safe to share between threads.

    Attributes:
        runner: runs the model's file.
    """

    def __init__(self, runner: Runner[Any]) -> None:
        self.runner = runner

    @property
    def card(self) -> AnyCard:
        """The card of the model."""
        return self.runner.card

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.card.name

    @property
    def labels(self) -> tuple[Emotion, ...]:
        """The emotions that it distinguishes, in the order of its outputs."""
        return self.card.labels

    @property
    def window_s(self) -> float:
        """Length of its window in seconds."""
        return self.runner.window_s

    def predict(self, clip: Clip, neutral: NeutralLogits | None = None) -> Prediction:
        """The answer for a clip of up to a minute as a whole; see `conclude`."""
        return self.conclude([self.runner.logits(clip)], neutral)

    def conclude(self, logits: Sequence[DoubleArray], neutral: NeutralLogits | None = None) -> Prediction:
        """The answer for a recording from the outputs for its windows, each of shape (labels,).

        With `neutral`, the logits of the speaker's neutral voice, the answer is relative to that voice. Logits of
        another model change nothing, nor does a card that does not say how they are used.
        """
        calibration = self.card.calibration
        whole, use = whole_answer(logits), calibration.enrolment
        if neutral and use and neutral.model == self.name:
            own = np.array([neutral.logits[label] for label in self.labels])
            whole = whole - use.strength * (own - np.array(use.neutral_logits))
        return self.card.prediction(softmax(whole, calibration.temperature))

    def enrol(self, clip: Clip) -> NeutralLogits:
        """The logits of this model for about ten seconds of neutral speech."""
        return NeutralLogits(
            self.name, {label: float(x) for label, x in zip(self.labels, self.runner.logits(clip), strict=True)}
        )


def load_recogniser(name: str | None = None, settings: Settings | None = None) -> Recogniser:
    """The model called `name` (the configured one by default), whatever its kind.

    Raises ModelError when it is missing, altered or cannot be run, or when a package that it needs is missing.
    """
    settings = settings or load_settings()
    name = name or settings.model
    # The card first: it refuses a name that leads out of the folder.
    card = load_card(name, settings.models_dir)
    return Recogniser(open_runner(card, settings.models_dir / name))
