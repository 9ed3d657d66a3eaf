"""Frozen records that flow between the modules. Units live in the names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ser_core.arrays import FloatArray, Samples
from ser_core.claim import Claim, ClaimKind
from ser_core.errors import AudioError
from ser_core.labels import Emotion
from ser_core.notices import Notice


@dataclass(frozen=True, eq=False)
class Clip:
    """Mono sound.

    Attributes:
        samples: float32, shape (n,), in [-1, 1].
        rate_hz: samples a second.
    """

    samples: Samples
    rate_hz: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype != np.float32:
            raise AudioError(
                "A clip holds mono float32 samples of shape (n,); got {dtype} of shape {shape}.",
                dtype=self.samples.dtype,
                shape=self.samples.shape,
            )

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate_hz

    def between(self, start_s: float, end_s: float) -> "Clip":
        """The part from `start_s` to `end_s`, cut to what is there."""
        start, end = (max(0, round(t * self.rate_hz)) for t in (start_s, end_s))
        return Clip(self.samples[start:end], self.rate_hz)


def joined(clips: Sequence[Clip]) -> Clip:
    """The sound of clips of one rate, one after the other; at least one is needed."""
    return clips[0] if len(clips) == 1 else Clip(np.concatenate([c.samples for c in clips]), clips[0].rate_hz)


@dataclass(frozen=True)
class NeutralLogits:
    """How a person's neutral speech sounds to a model.

    Attributes:
        model: name of the model.
        logits: its whole answer for the person's neutral speech, before the softmax, by emotion.
    """

    model: str
    logits: Mapping[Emotion, float]


@dataclass(frozen=True)
class Prediction:
    """The prediction of a model.

    Attributes:
        scores: calibrated probability of each emotion that the model knows; they sum to 1.
        model: name of the model.
        kind: what the model claims. A near tie if the second emotion follows the first so closely that it is right
            nearly as often, and the two together exceed the model's threshold; otherwise unsure if the highest
            probability is below that.
    """

    scores: Mapping[Emotion, float]
    model: str
    kind: ClaimKind = ClaimKind.ONE_EMOTION

    @cached_property
    def ranked(self) -> tuple[tuple[Emotion, float], ...]:
        """Emotions and probabilities, most probable first."""
        return tuple(sorted(self.scores.items(), key=lambda item: -item[1]))

    @property
    def emotion(self) -> Emotion:
        """The most probable emotion, even if it is not claimed."""
        return self.ranked[0][0]

    @property
    def confidence(self) -> float:
        """Probability of `emotion`, in [0, 1]."""
        return self.ranked[0][1]

    @property
    def unsure(self) -> bool:
        """Whether no emotion is claimed."""
        return self.kind is ClaimKind.UNSURE

    @cached_property
    def claim(self) -> Claim:
        """What is to be said of the voice."""
        return Claim(self.kind, self.ranked[:2])


@dataclass(frozen=True)
class Segment:
    """The prediction for the time between two moments of a recording."""

    start_s: float
    end_s: float
    prediction: Prediction


@dataclass(frozen=True)
class Report:
    """The whole answer for one recording.

    Attributes:
        file: name the recording came with; text, never a path to open or markup to render.
        duration_s: length of the recording in seconds.
        prediction: the answer for the recording as a whole.
        timeline: answers over time, in order, where they were asked for; one where the recording fits the model's
            window.
        notices: what there is to tell beside the answer, mostly nothing.
        adapted_by: recordings of the same speaker that the answers were adapted to (`adaptation.few_shot`).
    """

    file: str
    duration_s: float
    prediction: Prediction
    timeline: tuple[Segment, ...]
    notices: tuple[Notice, ...] = ()
    adapted_by: int = 0


@dataclass(frozen=True, eq=False)
class Saliency:
    """How much an answer depends on each place of a log-mel (`recognition.occlusion`).

    Attributes:
        log_odds: float32, shape (frames, bands): the fall in the answer's log-odds when a patch around the place is
            masked. Below zero where the place speaks against the answer.
        times_s: middle of each frame in the clip, shape (frames,).
        frequencies_hz: middle of each band, shape (bands,).
        confidence: probability of the answer without masking.
        moment_s: start and end of the moment with the strongest evidence, as far as it is at least half as strong; None
            if that is most of the clip.
        range_hz: likewise, the frequency range with the strongest evidence in that moment.
        confidence_without: probability of the same answer when moment and range are masked; None if nothing stands out.
    """

    log_odds: FloatArray
    times_s: FloatArray
    frequencies_hz: FloatArray
    confidence: float
    moment_s: tuple[float, float] | None
    range_hz: tuple[float, float] | None
    confidence_without: float | None
