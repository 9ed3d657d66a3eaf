"""Runs the model in a folder: from a clip to raw outputs, before anything is claimed.

This is the only place that chooses windows and defines the whole answer. Training calibrates and measures with it, and
serving uses it as well.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray
from ser_core.errors import ModelError
from ser_core.features.feature_sets import get_feature_set
from ser_core.features.model_input import ModelInput, fit_window, model_input, windows_of_speech
from ser_core.features.windows import is_silent, windows_along
from ser_core.metrics import log_probabilities
from ser_core.models.card import AnyCard, ClassicCard, ModelCard
from ser_core.models.litert import LiteRt
from ser_core.records import Clip

# The input of a kind of model for a window.
Given = TypeVar("Given")
# Values of one clip, float32, shape (1, *feature set) -> probabilities, shape (1, labels).
Probabilities = Callable[[FloatArray], FloatArray | DoubleArray]

# The sentences of the acted corpora, which classic models take whole, last up to about this long. Longer clips are
# split into pieces: means over minutes would be unlike anything in training.
_PIECE_S = 6.0


@dataclass(frozen=True, eq=False)
class Window(Generic[Given]):
    """A stretch of a recording as input for a model.

    Attributes:
        start_s, end_s: the stretch that the answer is for.
        given: the model's input for it, including the sound around it.
    """

    start_s: float
    end_s: float
    given: Given


class Runner(ABC, Generic[Given]):
    """A model of any kind. Safe to share between threads.

    Attributes:
        card: the card of the model.
        window_s: length of its window in seconds.
        step_s: minimum interval between two answers of a timeline, in seconds.
    """

    card: AnyCard
    window_s: float
    step_s: float

    def windows(self, clip: Clip) -> tuple[Window[Given], ...]:
        """The windows for the whole answer of a clip of up to a minute, without silent stretches.

        A single window if the clip fits into it. Raises AudioError as `log_mel` does.
        """
        return self.without_silence(clip, tuple(self._windows(clip)))

    def whole_and_along(self, clip: Clip) -> tuple[tuple[Window[Given], ...], tuple[Window[Given], ...]]:
        """`windows` and, in steps of `step_s`, `along` for a clip of up to a minute. Raises AudioError likewise."""
        return self.windows(clip), tuple(self.along([clip], self.step_s))

    @staticmethod
    def without_silence(clip: Clip, found: Sequence[Window[Given]]) -> tuple[Window[Given], ...]:
        """Those windows of a clip that are not silent; all of them where that leaves none."""
        loud = tuple(window for window in found if not is_silent(clip.between(window.start_s, window.end_s)))
        return loud or tuple(found)

    def along(self, blocks: Iterable[Clip], step_s: float) -> Iterator[Window[Given]]:
        """Windows along a recording that arrives in blocks: one for each step that is not silent, from the sound around
        it. A step is `step_s` long, or `self.step_s` if that is longer. Holds at most two windows of sound.
        """
        for start_s, end_s, sound in windows_along(blocks, self.window_s, max(step_s, self.step_s)):
            if not is_silent(sound):
                yield Window(start_s, end_s, self.prepare(sound))

    def parts(self, clip: Clip, edges_s: Sequence[float]) -> tuple[Window[Given], ...]:
        """One window for each part of a short clip between two neighbours of `edges_s`, moments in it in order."""
        return tuple(
            Window(start_s, end_s, self.prepare(clip.between(start_s, end_s))) for start_s, end_s in pairwise(edges_s)
        )

    def logits(self, clip: Clip) -> DoubleArray:
        """The whole answer for a clip, before the softmax: shape (labels,)."""
        return whole_answer([self.run(window.given) for window in self.windows(clip)])

    @abstractmethod
    def prepare(self, clip: Clip) -> Given:
        """The model's input for a clip that fits into its window."""

    @abstractmethod
    def run(self, given: Given) -> DoubleArray:
        """The answer for one window, before the softmax: shape (labels,)."""

    @abstractmethod
    def _windows(self, clip: Clip) -> Iterable[Window[Given]]:
        """The windows of a clip, silent or not."""


def whole_answer(logits: Sequence[DoubleArray]) -> DoubleArray:
    """The answer for a recording from the logits of its windows, each of shape (labels,): their mean."""
    return np.mean(logits, axis=0, dtype=np.float64)


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


class ClassicRunner(Runner[FloatArray]):
    """A classic model, a network or an estimator, over the values of a feature set."""

    card: ClassicCard
    window_s = step_s = _PIECE_S

    def __init__(self, card: ClassicCard, probabilities: Probabilities) -> None:
        self.card = card
        self._features = get_feature_set(card.features)
        self._probabilities = probabilities
        if self._features.version != card.features_version:
            raise ModelError(
                "{name} learned from version {features_version} of the features {features}; this program "
                "makes version {version}. Train it anew.",
                name=card.name,
                features_version=card.features_version,
                features=card.features,
                version=self._features.version,
            )
        # Run once before anybody waits for it, so that anything missing or mismatched is found now.
        outputs = probabilities(np.zeros((1, *self._features.shape), dtype=np.float32)).shape
        if outputs != (1, len(card.labels)):
            raise ModelError(
                "{name} gives {outputs}; its card names {labels} emotions.",
                name=card.name,
                outputs=outputs,
                labels=len(card.labels),
            )

    def prepare(self, clip: Clip) -> FloatArray:
        """See `Runner.prepare`."""
        return self._features.extract(clip)

    def run(self, given: FloatArray) -> DoubleArray:
        """See `Runner.run`."""
        return log_probabilities(self._probabilities(given[None]))[0]

    def _windows(self, clip: Clip) -> Iterable[Window[FloatArray]]:
        if clip.duration_s > self.window_s and (pieces := tuple(self.along([clip], self.step_s))):
            return pieces
        return (Window(0.0, clip.duration_s, self.prepare(clip)),)
