"""A pretrained speech encoder with a head for emotions, ready to run.

One pass of the encoder is about a stretch of sound of up to some ten seconds, and the head pools its frames over any
spans of it: over all of them for the whole answer, and around each second for the answers over time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray, IntArray, Mask
from ser_core.errors import ModelError
from ser_core.features import whisper_log_mel as front_end
from ser_core.features.windows import is_silent, windows_along
from ser_core.models.card import EncoderCard
from ser_core.models.litert import LiteRt
from ser_core.models.runner import Runner, Window
from ser_core.records import Clip

# Lengths are rounded up to this: each new one costs LiteRT a new plan of its memory.
_LENGTHS = front_end.FRAMES_PER_S // 10


@dataclass(frozen=True, eq=False)
class Passage:
    """Sound for one pass of the encoder, and the spans of it that answers are wanted for.

    Attributes:
        log_mel: the encoder's input, float32, shape (frames, bands), with an even number of frames.
        spans: 1 for the encoder's frames that belong to a span, else 0, float32, shape (spans, frames / 2).
        start_s: moment of the clip at which the first frame lies, in seconds.
    """

    log_mel: FloatArray
    spans: FloatArray
    start_s: float = 0.0
    _answers: list[DoubleArray] = field(default_factory=list, repr=False)


@dataclass(frozen=True, eq=False)
class Span:
    """One span of a passage: its number."""

    passage: Passage
    number: int


class EncoderRunner(Runner[Span]):
    """A network over whole stretches of sound. Its `window_s` is what an answer over time is about."""

    card: EncoderCard
    step_s = 1.0

    def __init__(self, card: EncoderCard, served: bytes) -> None:
        self.card = card
        self.window_s = card.span_s
        if card.features_version != front_end.VERSION:
            raise ModelError(
                "{name} learned from version {features_version} of the encoder's input; this program "
                "makes version {version}. Train it anew.",
                name=card.name,
                features_version=card.features_version,
                version=front_end.VERSION,
            )
        try:
            self._model = LiteRt(served)
        except ModelError as error:
            raise ModelError("The model {name} cannot be used: {error}", name=card.name, error=str(error)) from error
        if set(self._model.inputs) != {"mel", "present", "spans"} or self._model.output[-1] != len(card.labels):
            raise ModelError(
                "{name} takes {inputs} and gives {output} values; expected are mel, present and spans, "
                "and the {labels} emotions of its card.",
                name=card.name,
                inputs=", ".join(self._model.inputs),
                output=self._model.output[-1],
                labels=len(card.labels),
            )

    def prepare(self, clip: Clip) -> Span:
        """See `Runner.prepare`: the speech of the clip as one span."""
        start, end = front_end.speech_bounds(clip.samples)
        log_mel = front_end.whisper_log_mel(front_end.long_enough(clip.samples[start:end]))
        return Span(Passage(log_mel, np.ones((1, len(log_mel) // 2), dtype=np.float32), start / clip.rate_hz), 0)

    def run(self, given: Span) -> DoubleArray:
        """See `Runner.run`. All spans of a passage are answered in one pass, at the first of them."""
        passage = given.passage
        if not passage._answers:
            passage._answers.extend(self.answers(passage.log_mel, passage.spans))
        return passage._answers[given.number]

    def answers(self, log_mel: FloatArray, spans: FloatArray) -> DoubleArray:
        """Logits for each span, shape (spans, labels), in one pass of the encoder; see `Passage`."""
        return self._model.run(encoder_inputs(log_mel, spans))[0].astype(np.float64)

    def along(self, blocks: Iterable[Clip], step_s: float) -> Iterator[Window[Span]]:
        """See `Runner.along`. Each step is answered from the `window_s` around it."""
        step_s = max(step_s, self.step_s)
        chunk_s = max(1, int(self.card.chunk_s / step_s)) * step_s
        before: tuple[float, float, Clip] | None = None
        for each in windows_along(blocks, chunk_s + 2 * front_end.MARGIN_S, chunk_s):
            if before:
                yield from self._steps(*before, min(front_end.MARGIN_S, before[0]), step_s)
            before = each
        if before:
            # The sound of the last one ends with the recording, and so begins earlier.
            start_s, end_s, sound = before
            yield from self._steps(start_s, end_s, sound, start_s - max(0.0, end_s - sound.duration_s), step_s)

    def parts(self, clip: Clip, edges_s: Sequence[float]) -> tuple[Window[Span], ...]:
        """See `Runner.parts`. One pass of the encoder, in which each part hears what is around it, without the silence
        before the first and behind the last.
        """
        bounds = list(pairwise(edges_s))
        first, last = front_end.speech_bounds(clip.samples)
        # The whole of it where a part would have nothing left.
        if first / clip.rate_hz >= edges_s[1] or last / clip.rate_hz <= edges_s[-2]:
            first, last = 0, len(clip.samples)
        log_mel = front_end.whisper_log_mel(front_end.long_enough(clip.samples[first:last]))
        moments_s = first / clip.rate_hz + (np.arange(len(log_mel) // 2) + 0.5) / front_end.ENCODED_FRAMES_PER_S
        spans = np.array([(moments_s >= start_s) & (moments_s < end_s) for start_s, end_s in bounds], np.float32)
        passage = Passage(log_mel, spans, first / clip.rate_hz)
        return tuple(Window(*each, Span(passage, number)) for number, each in enumerate(bounds))

    def _steps(
        self, start_s: float, end_s: float, sound: Clip, before_s: float, step_s: float
    ) -> Iterator[Window[Span]]:
        """The steps from `start_s` to `end_s` that are not silent; `sound` begins `before_s` before them."""
        n = max(1, round((end_s - start_s) / step_s))
        edges = start_s + step_s * np.arange(n + 1)
        edges[-1] = end_s
        steps = [
            (float(first), float(last))
            for first, last in pairwise(edges)
            if not is_silent(sound.between(first - start_s + before_s, last - start_s + before_s))
        ]
        if not steps:
            return
        log_mel = front_end.whisper_log_mel(front_end.long_enough(sound.samples))
        moments_s = (np.arange(len(log_mel) // 2) + 0.5) / front_end.ENCODED_FRAMES_PER_S
        reach_s = max(self.window_s, step_s) / 2
        spans = np.zeros((len(steps), len(moments_s)), dtype=np.float32)
        for span, (first, last) in zip(spans, steps, strict=True):
            centre_s = (first + last) / 2 - start_s + before_s
            centre_s = min(max(centre_s, reach_s), max(reach_s, sound.duration_s - reach_s))
            span[np.abs(moments_s - centre_s) <= reach_s] = 1.0
        passage = Passage(log_mel, spans)
        for number, (first, last) in enumerate(steps):
            yield Window(first, last, Span(passage, number))

    def whole_and_along(self, clip: Clip) -> tuple[tuple[Window[Span], ...], tuple[Window[Span], ...]]:
        """See `Runner.whole_and_along`: in one pass of the encoder for both."""
        n = max(1, round(clip.duration_s / self.step_s))
        edges_s = [*(self.step_s * np.arange(n)).tolist(), clip.duration_s]
        steps = [edges for edges in pairwise(edges_s) if not is_silent(clip.between(*edges))]
        passages = list(self._passages(clip, steps))
        whole = self.without_silence(clip, [window for window, _ in passages])
        return whole, tuple(step for _, along in passages for step in along)

    def _windows(self, clip: Clip) -> Iterable[Window[Span]]:
        return (window for window, _ in self._passages(clip, ()))

    def _passages(
        self, clip: Clip, steps: Sequence[tuple[float, float]]
    ) -> Iterator[tuple[Window[Span], list[Window[Span]]]]:
        """The speech of a clip, whole or, where it is longer than a chunk, in equal parts, each with its margins: each
        part, and the steps in the middle of which it is what is heard.
        """
        first, last = front_end.speech_bounds(clip.samples)
        samples = front_end.long_enough(clip.samples[first:last])
        n = max(1, int(np.ceil(len(samples) / clip.rate_hz / self.card.chunk_s)))
        power = front_end.mel_power(samples)
        power = power[: len(power) // 2 * 2]
        log_mel = front_end.to_input(power, front_end.speech_level(power))
        margin = round(front_end.MARGIN_S * front_end.ENCODED_FRAMES_PER_S)
        edges = np.linspace(0, len(log_mel) // 2, n + 1).round().astype(int)
        for start, end in pairwise(edges):
            heard_from, heard_to = max(0, start - margin), min(edges[-1], end + margin)
            moments = np.arange(heard_from, heard_to)
            start_s, end_s = (first / clip.rate_hz + edge / front_end.ENCODED_FRAMES_PER_S for edge in (start, end))
            # What lies before the speech or behind it is answered with its first or last part.
            since_s, until_s = (start_s if start else -np.inf), (end_s if end < edges[-1] else np.inf)
            own = [step for step in steps if since_s <= sum(step) / 2 < until_s]
            spans = [(moments >= start) & (moments < end), *self._around(own, moments, edges[-1], first / clip.rate_hz)]
            passage = Passage(log_mel[2 * heard_from : 2 * heard_to], np.array(spans, dtype=np.float32))
            whole = Window(start_s, min(end_s, clip.duration_s), Span(passage, 0))
            yield whole, [Window(*step, Span(passage, number)) for number, step in enumerate(own, 1)]

    def _around(
        self, steps: Sequence[tuple[float, float]], moments: IntArray, n: int, start_s: float
    ) -> Iterator[Mask]:
        """Which of the encoder's frames lie in the window around each step, moved inwards at the edges of the speech.

        The speech has `n` frames, the first at `start_s`; `moments` are the numbers of those in question.
        """
        reach = round(self.window_s / 2 * front_end.ENCODED_FRAMES_PER_S)
        for first_s, last_s in steps:
            centre = ((first_s + last_s) / 2 - start_s) * front_end.ENCODED_FRAMES_PER_S
            centre = min(max(centre, reach), max(reach, n - reach))
            yield np.abs(moments + 0.5 - centre) <= reach


def encoder_inputs(log_mel: FloatArray, spans: FloatArray) -> dict[str, FloatArray]:
    """What a network over a passage (see `Passage`) takes, by name, each with a batch of one: its log-mel as `mel`,
    padded to a length that comes often, which of these frames are the recording's as `present`, and the `spans`.
    """
    n = len(log_mel)
    padded = -(-n // _LENGTHS) * _LENGTHS
    inputs = {
        "mel": np.pad(log_mel, ((0, padded - n), (0, 0))),
        "present": (np.arange(padded) < n).astype(np.float32),
        "spans": np.pad(spans, ((0, 0), (0, padded // 2 - spans.shape[1]))),
    }
    return {name: values[None] for name, values in inputs.items()}
