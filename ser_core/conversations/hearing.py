"""Hears a conversation of any length: decoded in blocks, cut into segments of speech, answered one by one."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from ser_core import audio
from ser_core.arrays import DoubleArray, FloatArray, Samples
from ser_core.audio.limits import SAMPLE_RATE_HZ
from ser_core.conversations.parties import required_apart, speak_apart
from ser_core.conversations.records import Conversation, Party
from ser_core.conversations.segmenting import Segmenter, SpeechSegment
from ser_core.conversations.smoothing import MANY_VOICES_FADE_S, ONE_VOICE_FADE_S, smoothed
from ser_core.dsp.conditioning import Conditioner
from ser_core.errors import NoSpeechError
from ser_core.features.windows import is_silent
from ser_core.language import N_
from ser_core.notices import Notice, NoticeCode
from ser_core.recognition.recogniser import Recogniser, load_recogniser
from ser_core.records import Clip, Segment
from ser_core.speech import SpeechMeter, Stretch

TOGETHER = N_("Everybody")
SIDES = (N_("Left"), N_("Right"))
"""Names of the parties where the person gives none."""

# The detector hears the parts of a block side by side, eight seconds each: fewer take longer, more take memory.
_BLOCK_S = 40.0
# Heard before and after a segment that was cut from longer speech, so that its edges have neighbours.
_MARGIN_S = 0.5
# Of less than this, the detector's margins included, nobody can tell an emotion: two syllables.
_LEAST_S = 0.7
# Speech on one channel is the other's, heard through a telephone or a wall, where the other is this much louder.
_CROSSTALK_DB = 12.0


def hear(
    source: bytes | Path,
    *,
    name: str,
    recogniser: Recogniser | None = None,
    apart: bool | None = None,
    parties: Sequence[str] = (),
    on_progress: Callable[[float], None] = lambda share: None,
) -> Conversation:
    """What a conversation sounds like, for each party over time.

    Args:
        source: the file's bytes, or its path.
        name: what to call it in the report.
        recogniser: the model to ask; the configured one by default.
        apart: whether each of two channels is a party; decided by the sound (`parties.speak_apart`) when None.
        parties: what the parties are called, left channel first; "Left" and "Right", or "Everybody", by default.
        on_progress: called with the share that is done, 0 to 1; what it raises ends the work.

    Takes the same memory however long the recording is, but for the answers: less than a megabyte an hour. Raises
    NoSpeechError when nobody speaks, AudioError when the recording cannot be used, ModelError when the model cannot.
    """
    recogniser = recogniser or load_recogniser()
    if apart:
        required_apart(source)
    elif apart is None:
        apart = speak_apart(source)
    channels: tuple[int | None, ...] = (0, 1) if apart else (None,)
    names = [*parties[: len(channels)], *(SIDES if apart else (TOGETHER,))[len(parties) :]]
    expected_s = max(audio.probe(source).duration_s, _BLOCK_S)
    with ExitStack() as stack:
        recordings = [stack.enter_context(audio.open_recording(source, channel=channel)) for channel in channels]
        listeners = [_Listener(recogniser) for _ in channels]
        done_s = 0.0
        for blocks in zip(*(recording.blocks(_BLOCK_S) for recording in recordings), strict=True):
            for listener, block in zip(listeners, blocks, strict=True):
                listener.take_in(block)
            _hear_on(listeners)
            done_s += blocks[0].duration_s
            on_progress(min(done_s / expected_s, 0.99))
        backgrounds = [listener.finish() for listener in listeners]
        _hear_on(listeners, duration_s=done_s)
        notices = recordings[0].notices
    heard = tuple(
        listener.party(called, channel) for listener, called, channel in zip(listeners, names, channels, strict=True)
    )
    if not any(party.speech for party in heard):
        raise NoSpeechError(done_s)
    if any(backgrounds):
        notices = (*notices, Notice(NoticeCode.BACKGROUND))
    if apart:
        notices = tuple(n for n in notices if n.code is not NoticeCode.CHANNELS_CANCEL)
    on_progress(1.0)
    return Conversation(
        name, done_s, recogniser.name, heard, tuple(n for n in notices if n.code is not NoticeCode.PARTIES)
    )


def _hear_on(listeners: Sequence["_Listener"], duration_s: float | None = None) -> None:
    """Answers the segments that are complete; all that is left where the duration says that the recording is over."""
    steps = [listener.meter.take() for listener in listeners]
    for number, (listener, (probabilities, levels_db)) in enumerate(zip(listeners, steps, strict=True)):
        for other, (_, others_db) in enumerate(steps):
            if other != number:
                probabilities = np.where(others_db - levels_db > _CROSSTALK_DB, np.float32(0), probabilities)
        listener.hear(probabilities, duration_s)


class _Listener:
    """Listens to one channel."""

    def __init__(self, recogniser: Recogniser) -> None:
        self.meter = SpeechMeter()
        self._recogniser = recogniser
        self._condition = Conditioner()
        self._segmenter = Segmenter()
        self._held: Samples = np.zeros(0, np.float32)
        self._held_from = 0
        self._speech: list[Stretch] = []
        self._parts: list[tuple[float, float]] = []
        self._logits: list[DoubleArray] = []

    def take_in(self, block: Clip) -> None:
        """The next block of sound."""
        sound = self._condition(block)
        self.meter.add(sound)
        self._held = np.concatenate([self._held, sound.samples])

    def finish(self) -> bool:
        """Nothing follows. Whether music or noise goes on behind the voice."""
        return self.meter.heard.background

    def hear(self, probabilities: FloatArray, duration_s: float | None) -> None:
        """Answers the segments that are complete with these steps of speech."""
        segments = self._segmenter.add(probabilities)
        if duration_s is not None:
            segments += self._segmenter.end(duration_s)
        for segment in segments:
            self._answer(segment)
        unneeded = round((self._segmenter.needed_from_s - _MARGIN_S) * SAMPLE_RATE_HZ) - self._held_from
        if unneeded > 0:
            self._held = self._held[unneeded:].copy()
            self._held_from += unneeded

    def party(self, name: str, channel: int | None) -> Party:
        """All that was heard."""
        timeline: tuple[Segment, ...] = ()
        if self._parts:
            starts, ends = (np.array(moments) for moments in zip(*self._parts, strict=True))
            fade_s = MANY_VOICES_FADE_S if channel is None else ONE_VOICE_FADE_S
            logits = smoothed((starts + ends) / 2, ends - starts, self._logits, fade_s)
            timeline = tuple(
                Segment(start_s, end_s, self._recogniser.conclude([values]))
                for (start_s, end_s), values in zip(self._parts, logits, strict=True)
            )
        return Party(name, channel, tuple(self._speech), timeline)

    def _answer(self, segment: SpeechSegment) -> None:
        length_s = segment.end_s - segment.start_s
        if self._speech and segment.goes_on_before:
            self._speech[-1] = Stretch(self._speech[-1].start_s, segment.end_s)
        else:
            self._speech.append(Stretch(segment.start_s, segment.end_s))
        if length_s < _LEAST_S:
            return
        runner = self._recogniser.runner
        before_s, after_s = (_MARGIN_S * goes_on for goes_on in (segment.goes_on_before, segment.goes_on_after))
        sound = self._sound(segment.start_s - before_s, segment.end_s + after_s)
        if is_silent(sound):
            return
        edges_s = np.linspace(0, length_s, max(1, round(length_s / runner.window_s)) + 1)
        for part in runner.parts(sound, [float(edge) for edge in before_s + edges_s]):
            start_s = segment.start_s - before_s
            self._parts.append((start_s + part.start_s, start_s + part.end_s))
            self._logits.append(runner.run(part.given))

    def _sound(self, start_s: float, end_s: float) -> Clip:
        start, end = (max(0, round(t * SAMPLE_RATE_HZ) - self._held_from) for t in (start_s, end_s))
        return Clip(self._held[start:end], SAMPLE_RATE_HZ)
