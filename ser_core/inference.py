"""A trained model that answers: LiteRT over the log-mel, no TensorFlow and no librosa."""

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ser_core.artifacts import SERVED_FILE, ModelCard, load_card, read_verified
from ser_core.config import Settings, load_settings
from ser_core.errors import ModelError
from ser_core.evaluation import softmax
from ser_core.features.model_input import fit_window, spoken_frames
from ser_core.labels import Emotion
from ser_core.records import Clip, Prediction, Segment

# One answer a second: finer than an utterance, and an hour stays far faster than real time.
TIMELINE_STEP_S = 1.0
# A window whose loudest 25 ms are quieter than this holds no speech worth naming an emotion for; the noise
# floor of an ordinary quiet room recorded by a laptop lies around -60 dBFS.
_SILENT_DBFS = -55.0
# Windows over a clip that is longer than one window overlap by half.
_CLIP_HOP_SHARE = 0.5


class Recogniser:
    """A model ready to answer. Safe to share between threads."""

    def __init__(self, card: ModelCard, served_model: bytes) -> None:
        # Imported here: reading a card must not cost the interpreter.
        from ai_edge_litert.interpreter import Interpreter

        self.card = card
        try:
            self._interpreter = Interpreter(model_content=served_model, num_threads=1)
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"LiteRT cannot run the model {card.name}: {error}") from error
        self._input: dict[str, Any] = self._interpreter.get_input_details()[0]
        self._output: dict[str, Any] = self._interpreter.get_output_details()[0]
        expected = (1, card.n_frames, card.features.n_mels)
        if tuple(self._input["shape"]) != expected:
            raise ModelError(f"{card.name} takes {tuple(self._input['shape'])}; its card says {expected}.")
        self._lock = threading.Lock()

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
        return self.card.window_s

    def predict(self, clip: Clip) -> Prediction:
        """The answer for a clip as a whole: its speech, in overlapping windows when it is longer than one."""
        frames = spoken_frames(clip, self.card.features)
        n = self.card.n_frames
        last = max(0, len(frames) - n)
        n_windows = 1 + int(np.ceil(last / (n * _CLIP_HOP_SHARE)))
        starts = np.linspace(0, last, n_windows).round().astype(int)
        return self._answer(np.mean([self._probabilities(fit_window(frames, n, s)) for s in starts], axis=0))

    def timeline(self, blocks: Iterable[Clip]) -> Iterator[Segment]:
        """Answers along a recording that comes in blocks, one a second, each from the window around it.

        Stretches without speech (silence) give no segment. Holds two windows of sound at most.
        """
        for start_s, end_s, window in _windows(blocks, self.window_s, TIMELINE_STEP_S):
            if _peak_dbfs(window) > _SILENT_DBFS:
                frames = fit_window(spoken_frames(window, self.card.features), self.card.n_frames)
                yield Segment(start_s, end_s, self._answer(self._probabilities(frames)))

    def logits(self, frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Raw outputs for one window of frames, shape (n_frames, n_mels) -> (labels,)."""
        with self._lock:
            self._interpreter.set_tensor(self._input["index"], frames[None])
            self._interpreter.invoke()
            return np.array(self._interpreter.get_tensor(self._output["index"])[0])

    def summary(self, predictions: Iterable[Prediction]) -> Prediction:
        """The answer for a long recording from those along it: the mean of their probabilities."""
        rows = [[prediction.scores[label] for label in self.labels] for prediction in predictions]
        return self._answer(np.mean(rows, axis=0))

    def _probabilities(self, frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        return softmax(self.logits(frames), self.card.calibration.temperature)

    def _answer(self, probabilities: npt.NDArray[np.float64]) -> Prediction:
        scores = {label: float(p) for label, p in zip(self.labels, probabilities, strict=True)}
        return Prediction(scores, self.name, bool(probabilities.max() < self.card.calibration.unsure_below))


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


def _windows(blocks: Iterable[Clip], window_s: float, step_s: float) -> Iterator[tuple[float, float, Clip]]:
    """Steps that tile the recording, (start_s, end_s), each with the window of sound centred on it."""
    held = np.zeros(0, dtype=np.float32)
    held_from = 0  # place of held[0] in the recording
    step = 0
    rate_hz = 0

    def take(centre: float) -> Clip:
        start = max(0, round((centre - window_s / 2) * rate_hz) - held_from)
        return Clip(held[start : round((centre + window_s / 2) * rate_hz) - held_from], rate_hz)

    for block in blocks:
        rate_hz = block.rate_hz
        held = np.concatenate([held, block.samples])
        end = held_from + len(held)
        while round(((step + 0.5) * step_s + window_s / 2) * rate_hz) <= end:
            yield step * step_s, (step + 1) * step_s, take((step + 0.5) * step_s)
            step += 1
        unneeded = max(0, round(((step + 0.5) * step_s - window_s / 2) * rate_hz) - held_from)
        held, held_from = held[unneeded:], held_from + unneeded
    if not rate_hz:
        return
    total_s = (held_from + len(held)) / rate_hz
    while step * step_s < total_s:
        # The last step also takes a rest of under half a step, rather than leaving a sliver.
        end_s = (step + 1) * step_s if total_s - (step + 1) * step_s >= step_s / 2 else total_s
        centre = min(
            (step + 0.5) * step_s, max(total_s - window_s / 2, total_s / 2 if total_s < window_s else 0)
        )
        yield step * step_s, end_s, take(centre)
        if end_s == total_s:
            return
        step += 1


def _peak_dbfs(clip: Clip) -> float:
    """Level of the loudest 25 ms, in dBFS."""
    size = max(1, clip.rate_hz // 40)
    n = len(clip.samples) // size * size
    if not n:
        return -np.inf
    power = np.square(clip.samples[:n], dtype=np.float64).reshape(-1, size).mean(axis=1).max()
    return float(10 * np.log10(power + 1e-12))
