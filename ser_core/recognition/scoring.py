"""A model against a corpus: every clip through the very path that a person's recording takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ser_core import audio
from ser_core.arrays import DoubleArray, IntArray
from ser_core.corpora import Utterance
from ser_core.errors import AudioError, CorpusError
from ser_core.labels import Emotion
from ser_core.metrics import Evaluation, calibration_error, evaluate
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Prediction


@dataclass(frozen=True)
class Scored:
    """What a model answered for each utterance, in the same order."""

    utterances: tuple[Utterance, ...]
    predictions: tuple[Prediction, ...]

    @property
    def evaluation(self) -> Evaluation:
        """The answers counted, over all emotions that the model knows or the corpus has."""
        acted = [u.emotion for u in self.utterances]
        known = {*acted, *self.predictions[0].scores}
        return evaluate(acted, [p.emotion for p in self.predictions], [e for e in Emotion if e in known])

    @property
    def calibration_error(self) -> float:
        """Expected calibration error of the confidences, over ten bins."""
        return calibration_error(self._probabilities, self._truth)

    @property
    def answered(self) -> float:
        """Share of the clips for which the model was not unsure."""
        return float(np.mean([not p.unsure for p in self.predictions]))

    @property
    def accuracy_of_answered(self) -> float | None:
        """Share of right answers where the model was not unsure; None when it always was."""
        pairs = zip(self.utterances, self.predictions, strict=True)
        right = [p.emotion == u.emotion for u, p in pairs if not p.unsure]
        return float(np.mean(right)) if right else None

    @property
    def _probabilities(self) -> DoubleArray:
        return np.array([[p.scores.get(e, 0.0) for e in Emotion] for p in self.predictions])

    @property
    def _truth(self) -> IntArray:
        order = list(Emotion)
        return np.array([order.index(u.emotion) for u in self.utterances], dtype=np.int64)

    def metrics(self) -> dict[str, object]:
        """Plain values for a card."""
        accuracy = self.accuracy_of_answered
        return self.evaluation.as_dict() | {
            "calibration_error": round(self.calibration_error, 4),
            "answered": round(self.answered, 4),
            "accuracy_of_answered": None if accuracy is None else round(accuracy, 4),
            "speakers": sorted({u.voice for u in self.utterances}),
        }


def score(
    recogniser: Recogniser,
    utterances: Sequence[Utterance],
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Scored:
    """Asks the model about every utterance. Raises CorpusError, naming the file, when one cannot be used."""
    if not utterances:
        raise CorpusError("There is no clip to evaluate on.")
    predictions = []
    for done, utterance in enumerate(utterances, 1):
        try:
            predictions.append(recogniser.predict(audio.read_clip(utterance.path)))
        except AudioError as error:
            raise CorpusError(f"{utterance.path}: {error}") from error
        on_progress(done, len(utterances))
    return Scored(tuple(utterances), tuple(predictions))
