"""A network over the log-mel, ready to run."""

from collections.abc import Iterable

import numpy as np

from ser_core.arrays import DoubleArray
from ser_core.errors import ModelError
from ser_core.features.model_input import ModelInput, fit_window, model_input, windows_of_speech
from ser_core.models.card import ModelCard
from ser_core.models.litert import LiteRt
from ser_core.models.runner import Runner, Window
from ser_core.records import Clip


class NetworkRunner(Runner[ModelInput]):
    """A network over the log-mel."""

    card: ModelCard
    step_s = 1.0  # finer than an utterance

    def __init__(self, card: ModelCard, served: bytes) -> None:
        self.card = card
        self.window_s = card.window_s
        try:
            self._model = LiteRt(served)
        except ModelError as error:
            raise ModelError("The model {name} cannot be used: {error}", name=card.name, error=str(error)) from error
        expected = (1, card.n_frames, card.features.n_mels)
        if self._model.inputs.get("log_mel") != expected:
            raise ModelError(
                "{name} takes {inputs}; its card says a log-mel of {expected}.",
                name=card.name,
                inputs=self._model.inputs,
                expected=expected,
            )
        if self._model.output != (1, len(card.labels)):
            raise ModelError(
                "{name} gives {output}; its card names {labels} emotions.",
                name=card.name,
                output=self._model.output,
                labels=len(card.labels),
            )

    def prepare(self, clip: Clip) -> ModelInput:
        """See `Runner.prepare`."""
        return model_input(clip, self.card.features)

    def run(self, given: ModelInput) -> DoubleArray:
        """See `Runner.run`. Frames are cut or filled to the window."""
        frames = fit_window(given.frames, self.card.n_frames)
        return self._model.run({"log_mel": frames[None], "functionals": given.functionals[None]})[0].astype(np.float64)

    def _windows(self, clip: Clip) -> Iterable[Window[ModelInput]]:
        for given in windows_of_speech(clip, self.card.features, self.card.n_frames):
            end_s = given.start_s + len(given.frames) / self.card.features.frames_per_s
            yield Window(given.start_s, end_s, given)
