"""A classic model that answers: the values of a feature set for a few seconds of sound, without TensorFlow."""

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from ser_core.arrays import FloatArray, RealArray
from ser_core.config import Settings, load_settings
from ser_core.errors import ModelError
from ser_core.features.feature_sets import get_feature_set
from ser_core.metrics import softmax
from ser_core.models.card import KERAS_FILE, SERVED_FILE, ClassicCard, load_any_card, read_verified
from ser_core.models.estimators import SKOPS_FILE, EstimatorModel
from ser_core.recognition.recogniser import (
    Answering,
    Recogniser,
    answer,
    is_silent,
    open_interpreter,
    recogniser_from,
    windows_along,
)
from ser_core.records import Clip, OwnVoice, Prediction, Segment

# Values of one clip, float32, shape (1, *feature set) -> probabilities, shape (1, labels).
Probabilities = Callable[[FloatArray], RealArray]

# The sentences of the acted corpora, which these models take whole, last up to about so long. What is longer is heard
# in pieces: means over minutes would be like nothing that they learned.
_PIECE_S = 6.0
# A probability of nothing would make a logarithm of minus infinity.
_LEAST_PROBABILITY = 1e-7
# What pip calls a package, where that is not what Python calls it.
_IN_PIP = {"xgboost": "xgboost-cpu"}


class ClassicRecogniser(Answering):
    """A classic model ready to answer, in the ways of `Recogniser`. Safe to share between threads."""

    card: ClassicCard

    def __init__(self, card: ClassicCard, probabilities: Probabilities) -> None:
        super().__init__(card)
        self._features = get_feature_set(card.features)
        self._probabilities = probabilities
        if self._features.version != card.features_version:
            raise ModelError(
                f"{card.name} learned from version {card.features_version} of the features {card.features}; this "
                f"program makes version {self._features.version}. Train it anew."
            )
        # Asked once before anybody waits for it: what is missing or does not fit is found now.
        outputs = probabilities(np.zeros((1, *self._features.shape), dtype=np.float32)).shape
        if outputs != (1, len(card.labels)):
            raise ModelError(f"{card.name} gives {outputs}; its card names {len(card.labels)} emotions.")

    @property
    def window_s(self) -> float:
        """Seconds of speech that it hears at once."""
        return _PIECE_S

    def predict(self, clip: Clip, voice: OwnVoice | None = None) -> Prediction:
        """The answer for a clip as a whole: at once, or in pieces where it is longer than `window_s`.

        A `voice` changes nothing: no classic model knows how to use one.
        """
        pieces = self.timeline([clip]) if clip.duration_s > self.window_s else ()
        heard = [piece.prediction for piece in pieces]
        return self.summary(heard) if heard else self._hear(clip)

    def timeline(
        self, blocks: Iterable[Clip], step_s: float = _PIECE_S, voice: OwnVoice | None = None
    ) -> Iterator[Segment]:
        """Answers along a recording that comes in blocks, one for each piece of `window_s`, or of `step_s` where that
        is longer. Silent pieces give none.
        """
        step_s = max(step_s, self.window_s)
        for start_s, end_s, piece in windows_along(blocks, step_s, step_s):
            if not is_silent(piece):
                yield Segment(start_s, end_s, self._hear(piece))

    def _hear(self, clip: Clip) -> Prediction:
        (probabilities,) = self._probabilities(self._features.extract(clip)[None])
        logits = np.log(np.maximum(probabilities, _LEAST_PROBABILITY))
        return answer(self.card, softmax(logits, self.card.calibration.temperature))


AnyRecogniser = Recogniser | ClassicRecogniser


def load_any_recogniser(name: str | None = None, settings: Settings | None = None) -> AnyRecogniser:
    """The model of any kind called `name` (the configured one by default), its files checked against its card.

    Raises ModelError when it is missing, altered or cannot be run, or when a package that it needs is.
    """
    settings = settings or load_settings()
    folder = settings.models_dir / (name or settings.model)
    card = load_any_card(folder.name, folder.parent)
    return classic_from(card, folder) if isinstance(card, ClassicCard) else recogniser_from(folder)


def classic_from(card: ClassicCard, folder: Path) -> ClassicRecogniser:
    """The classic model in `folder`. Raises ModelError as `load_any_recogniser` does."""
    if SERVED_FILE in card.files:
        return ClassicRecogniser(card, _network(read_verified(card, folder, SERVED_FILE)))
    if KERAS_FILE in card.files:
        raise ModelError(f"{card.name} holds no {SERVED_FILE}, which answers without TensorFlow. Train it anew.")
    content = read_verified(card, folder, SKOPS_FILE)
    try:
        return ClassicRecogniser(card, EstimatorModel.loads(content, folder / SKOPS_FILE).predict_proba)
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        raise ModelError(
            f"{card.name} needs the package {package} to answer: pip install {_IN_PIP.get(package, package)}."
        ) from error


def _network(content: bytes) -> Probabilities:
    """What a served network answers, one clip at a time."""
    interpreter = open_interpreter(content)
    (entry,), (exit_,) = interpreter.get_input_details(), interpreter.get_output_details()
    lock = threading.Lock()

    def probabilities(values: FloatArray) -> FloatArray:
        with lock:
            interpreter.set_tensor(entry["index"], values)
            interpreter.invoke()
            return np.array(interpreter.get_tensor(exit_["index"]))

    return probabilities
