"""What a model predicts for labelled recordings, through the very files that are served."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ser_core import audio
from ser_core.arrays import DoubleArray, IntArray, Mask
from ser_core.corpora import Utterance
from ser_core.dsp.conditioning import condition
from ser_core.errors import AudioError, CorpusError
from ser_core.labels import Emotion
from ser_core.metrics import Evaluation, confidence_figures, evaluate, softmax
from ser_core.models.card import Calibration
from ser_core.records import Clip

# Of an emotion that a model does not know: nothing, whatever the temperature.
_NEVER = -1e4

LogitsOf = Callable[[Clip], DoubleArray]


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a model predicted for some utterances.

    Attributes:
        utterances: what was predicted for.
        labels: the emotions that the model knows or the utterances have.
        truth: position of each utterance's emotion in `labels`, shape (n,).
        logits: shape (n, labels).
    """

    utterances: tuple[Utterance, ...]
    labels: tuple[Emotion, ...]
    truth: IntArray
    logits: DoubleArray

    def of(self, chosen: Mask) -> "Predictions":
        """Those of some of the utterances."""
        own = tuple(u for u, mine in zip(self.utterances, chosen, strict=True) if mine)
        return Predictions(own, self.labels, self.truth[chosen], self.logits[chosen])

    @property
    def evaluation(self) -> Evaluation:
        """The predictions, counted."""
        return evaluate(self.truth, self.logits.argmax(axis=1), self.labels)

    def figures(self, calibration: Calibration) -> dict[str, object]:
        """Plain values for a card."""
        probabilities = softmax(self.logits, calibration.temperature)
        claimed = probabilities.max(axis=1) >= calibration.unsure_below
        return {
            **self.evaluation.as_dict(),
            **confidence_figures(probabilities, self.truth, claimed),
            "speakers": sorted({u.voice for u in self.utterances}),
        }


def predict(
    logits_of: LogitsOf,
    known: Sequence[Emotion],
    utterances: Sequence[Utterance],
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Predictions:
    """What a model that tells the emotions `known` apart, in the order of its outputs, predicts for every utterance.

    Raises CorpusError, naming the file, when one cannot be used.
    """
    labels = tuple(e for e in Emotion if e in known or any(u.emotion == e for u in utterances))
    rows = []
    for clip in recordings(utterances):
        rows.append(logits_of(clip))
        on_progress(len(rows), len(utterances))
    truth = np.array([labels.index(u.emotion) for u in utterances], dtype=np.int64)
    return Predictions(tuple(utterances), labels, truth, among(labels, known, rows))


def recordings(utterances: Iterable[Utterance]) -> Iterator[Clip]:
    """Each utterance, decoded and conditioned. Raises CorpusError, naming the file, when one cannot be used."""
    for utterance in utterances:
        try:
            yield condition(audio.read_clip(utterance.path))
        except AudioError as error:
            raise CorpusError(f"{utterance.path}: {error}") from error


def among(labels: Sequence[Emotion], known: Sequence[Emotion], rows: Sequence[DoubleArray]) -> DoubleArray:
    """Logits over more emotions, shape (rows, labels), of a model that knows some of them only."""
    logits = np.full((len(rows), len(labels)), _NEVER)
    if rows:
        logits[:, [labels.index(emotion) for emotion in known]] = rows
    return logits
