"""A trained model that answers: LiteRT over the log-mel, no TensorFlow and no librosa."""

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray
from ser_core.claim import ClaimKind
from ser_core.config import Settings, load_settings
from ser_core.errors import ModelError
from ser_core.features.model_input import ModelInput, fit_window, model_input, windows_of_speech
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.card import SERVED_FILE, Card, ModelCard, load_card, read_verified
from ser_core.records import Clip, OwnVoice, Prediction, Segment

# One answer a second: finer than an utterance.
TIMELINE_STEP_S = 1.0
# A window whose loudest 25 ms are quieter than this holds no speech worth naming an emotion for; the noise
# floor of an ordinary quiet room recorded by a laptop lies around -60 dBFS.
_SILENT_DBFS = -55.0


def open_interpreter(content: bytes) -> Any:
    """LiteRT's interpreter of a served file, on one thread. Raises ModelError when it cannot run the file."""
    # Imported here: reading a card must not cost the interpreter.
    from ai_edge_litert.interpreter import Interpreter

    try:
        with _native_messages_dropped():
            interpreter = Interpreter(model_content=content, num_threads=1)
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"LiteRT cannot run the file: {error}") from error
    return interpreter


class LiteRtModel:
    """A served file ready to run, one clip at a time. Safe to share between threads."""

    def __init__(self, content: bytes) -> None:
        self._interpreter = open_interpreter(content)
        # Which input is which: frames are (1, frames, bands), functionals (1, functionals).
        inputs = {len(entry["shape"]): entry for entry in self._interpreter.get_input_details()}
        if 3 not in inputs:
            raise ModelError("The file is no network over the log-mel.")
        self._frames: dict[str, Any] = inputs[3]
        self._functionals: dict[str, Any] | None = inputs.get(2)
        self._output: dict[str, Any] = self._interpreter.get_output_details()[0]
        self._lock = threading.Lock()

    @property
    def window(self) -> tuple[int, int]:
        """Frames and bands that it sees at once."""
        _, n_frames, n_mels = self._frames["shape"]
        return int(n_frames), int(n_mels)

    def logits(self, heard: ModelInput) -> FloatArray:
        """Raw outputs for one window of speech, shape (labels,). `heard.frames` is cut or filled to the window."""
        with self._lock:
            frames = fit_window(heard.frames, self.window[0])
            self._interpreter.set_tensor(self._frames["index"], frames[None])
            if self._functionals:
                self._interpreter.set_tensor(self._functionals["index"], heard.functionals[None])
            self._interpreter.invoke()
            return np.array(self._interpreter.get_tensor(self._output["index"])[0])

    def answer(self, windows: Sequence[ModelInput]) -> FloatArray:
        """Raw outputs for a clip, shape (labels,): the mean over its windows."""
        return np.mean([self.logits(heard) for heard in windows], axis=0, dtype=np.float32)


class Answering:
    """What every model that answers has in common, whatever it hears."""

    def __init__(self, card: Card) -> None:
        self.card = card

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.card.name

    @property
    def labels(self) -> tuple[Emotion, ...]:
        """The emotions it tells apart, in the order of its outputs."""
        return self.card.labels

    def summary(self, predictions: Iterable[Prediction]) -> Prediction:
        """The answer for a long recording from those along it: the mean of their probabilities."""
        rows = [[prediction.scores[label] for label in self.labels] for prediction in predictions]
        return answer(self.card, np.mean(rows, axis=0))


class Recogniser(Answering):
    """A model ready to answer. Safe to share between threads."""

    card: ModelCard

    def __init__(self, card: ModelCard, served_model: bytes) -> None:
        super().__init__(card)
        try:
            self._model = LiteRtModel(served_model)
        except ModelError as error:
            raise ModelError(f"The model {card.name} cannot be used: {error}") from error
        expected = (card.n_frames, card.features.n_mels)
        if self._model.window != expected:
            raise ModelError(f"{card.name} takes {self._model.window}; its card says {expected}.")

    @property
    def window_s(self) -> float:
        """Seconds of speech it hears at once."""
        return self.card.window_s

    def predict(self, clip: Clip, voice: OwnVoice | None = None) -> Prediction:
        """The answer for a clip as a whole: its speech, in overlapping windows when it is longer than one.

        With the speaker's own neutral `voice` it is heard relative to that; a voice as another model heard it, or
        where the card does not say how to use one, changes nothing.
        """
        return self._relative_answer(self._model.answer(self.windows(clip)), voice)

    def own_voice(self, clip: Clip) -> OwnVoice:
        """How the neutral speech in `clip`, some ten seconds of it, sounds to this model."""
        logits = self._model.answer(self.windows(clip))
        return OwnVoice(self.name, {label: float(x) for label, x in zip(self.labels, logits, strict=True)})

    def windows(self, clip: Clip) -> tuple[ModelInput, ...]:
        """What the model is given of a clip: one window, or several that overlap."""
        return windows_of_speech(clip, self.card.features, self.card.n_frames)

    def timeline(
        self, blocks: Iterable[Clip], step_s: float = TIMELINE_STEP_S, voice: OwnVoice | None = None
    ) -> Iterator[Segment]:
        """Answers along a recording that comes in blocks, one a step, each from the window around it.

        `step_s` may be as long as the window: then every moment is heard once, which is what a long recording needs.
        Stretches without speech (silence) give no segment. Holds two windows of sound at most.
        """
        for start_s, end_s, window in windows_along(blocks, self.window_s, step_s):
            if not is_silent(window):
                heard = model_input(window, self.card.features)
                yield Segment(start_s, end_s, self._relative_answer(self.logits(heard), voice))

    def logits(self, heard: ModelInput) -> FloatArray:
        """Raw outputs for one window of speech, shape (labels,); as `LiteRtModel.logits`."""
        return self._model.logits(heard)

    def _relative_answer(self, logits: FloatArray, voice: OwnVoice | None) -> Prediction:
        use = self.card.calibration.own_voice
        if voice and use and voice.model == self.name:
            own = np.array([voice.neutral_logits[label] for label in self.labels])
            logits = logits - use.strength * (own - np.array(use.neutral_logits))
        return answer(self.card, softmax(logits, self.card.calibration.temperature))


def answer(card: Card, probabilities: DoubleArray) -> Prediction:
    """What a model claims with these probabilities, shape (labels,)."""
    scores = {label: float(p) for label, p in zip(card.labels, probabilities, strict=True)}
    second, first = np.sort(probabilities)[-2:]
    calibration = card.calibration
    kind = ClaimKind.ONE_EMOTION
    # Whatever is claimed, one emotion or one of two, is as likely as an answer has to be.
    if first - second < calibration.pair_below and first + second >= calibration.unsure_below:
        kind = ClaimKind.NEAR_TIE
    elif first < calibration.unsure_below:
        kind = ClaimKind.UNSURE
    return Prediction(scores, card.name, kind)


def load_recogniser(name: str | None = None, settings: Settings | None = None) -> Recogniser:
    """The model called `name` (the configured one by default), its files checked against its card.

    Raises ModelError when it is missing, altered or cannot be run.
    """
    settings = settings or load_settings()
    return recogniser_from(settings.models_dir / (name or settings.model))


def recogniser_from(folder: Path) -> Recogniser:
    """The model in `folder`. Raises ModelError as `load_recogniser` does."""
    card = load_card(folder.name, folder.parent)
    return Recogniser(card, read_verified(card, folder, SERVED_FILE))


@contextmanager
def _native_messages_dropped() -> Iterator[None]:
    """Drops what native code writes to stderr: LiteRT announces its delegate there, and the command line promises
    nothing but errors.
    """
    try:
        kept = os.dup(2)
    except OSError:  # this process has no stderr at all
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def windows_along(blocks: Iterable[Clip], window_s: float, step_s: float) -> Iterator[tuple[float, float, Clip]]:
    """Steps that tile the recording, (start_s, end_s), each with the window of sound around it.

    A window is centred on its step, or moved inwards at the edges of the recording. The last step takes a rest
    of under half a step with it, rather than leaving a sliver. A window must last one step at least.
    """
    held = np.zeros(0, dtype=np.float32)
    held_from = 0  # place of held[0] in the recording, in samples
    step = rate_hz = window = hop = 0

    def first_sample(step: int) -> int:
        return max(0, step * hop + (hop - window) // 2)

    def cut(start: int) -> Clip:
        return Clip(held[start - held_from : start - held_from + window], rate_hz)

    for block in blocks:
        rate_hz = block.rate_hz
        window, hop = round(window_s * rate_hz), round(step_s * rate_hz)
        held = np.concatenate([held, block.samples])
        while first_sample(step) + window <= held_from + len(held):
            yield step * step_s, (step + 1) * step_s, cut(first_sample(step))
            step += 1
        # The windows at the end of the recording may reach back by one step.
        unneeded = first_sample(step - 1) - held_from if step else 0
        held, held_from = held[unneeded:], held_from + unneeded
    total = held_from + len(held)
    while step * hop < total:
        is_last = total - (step + 1) * hop < hop / 2
        end_s = total / rate_hz if is_last else (step + 1) * step_s
        yield step * step_s, end_s, cut(max(0, min(first_sample(step), total - window)))
        if is_last:
            return
        step += 1


def is_silent(clip: Clip) -> bool:
    """Whether its loudest 25 ms are too quiet to be speech worth naming an emotion for."""
    size = max(1, clip.rate_hz // 40)
    n = len(clip.samples) // size * size
    if not n:
        return True
    power = np.square(clip.samples[:n], dtype=np.float64).reshape(-1, size).mean(axis=1).max()
    return bool(10 * np.log10(power + 1e-12) <= _SILENT_DBFS)
