"""Where somebody speaks in a recording, and what goes on behind the voice.

Silero's network says every 32 ms how probable speech is; stretches are made of that. It replaced a logistic regression
on fifteen measures of windows of 3.5 s, which asked for one window in ten: the two stand side by side in
benchmarks/speech.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ser_core.arrays import DoubleArray, FloatArray, Mask, Samples
from ser_core.errors import AudioError
from ser_core.records import Clip
from ser_core.speech.silero import RATE_HZ, STEP_S, STEP_SAMPLES, speech_probability, speech_probability_behind

# Speech begins where the probability reaches the first and goes on while it stays over the second. Silero's own are 0.5
# and 0.35; these find more whispering and voices in babble, and no more of other sounds (benchmarks/speech.md).
_OPENS, _CLOSES = 0.3, 0.15
# A word is no shorter, and a pause between two stretches no longer.
_SHORTEST_S, _LONGEST_PAUSE_S = 0.25, 0.3
# The network needs a moment to hear that somebody speaks: what comes just before belongs to it.
_BEFORE_S, _BEHIND_S = 0.1, 0.1
# The network hears eight seconds at a time, after one second that it only gets used to: so that memory and time do not
# depend on how the recording comes, and each part is heard at the level of ordinary speech.
_CHUNK_STEPS, _LEAD_STEPS = 250, 32
_CHUNK_SAMPLES, _LEAD_SAMPLES = _CHUNK_STEPS * STEP_SAMPLES, _LEAD_STEPS * STEP_SAMPLES
_LEVEL_DBFS, _MOST_GAIN_DB = -23.0, 50.0
_LEVEL_SAMPLES = RATE_HZ // 2
# Voices stand 30 dB and more over the pauses between their words in a quiet room, 19 over a hiss that nobody minds, and
# less than this over music or noise that is heard as such (medians and spread in benchmarks/speech.md).
_QUIET_BEHIND_DB = 14.0
# Around a stretch so much is its background; in so little of it, or of the whole, no background can be told.
_AROUND_S, _PAUSES_S, _JUDGED_FROM_S = 1.0, 0.4, 1.5
# By so much the loudest tenth of noise and voice together is further over the quietest than the medians are.
_SPREAD_DB = 5.0
_TINY = 1e-12


@dataclass(frozen=True)
class Stretch:
    """Somebody speaks from `start_s` to `end_s`."""

    start_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class Heard:
    """What was heard in a recording, step by step.

    Attributes:
        duration_s: length of the recording.
        probabilities: how probable speech is in each step of 32 ms, shape (steps,).
        levels_db: level of each step in dBFS, shape (steps,).
    """

    duration_s: float
    probabilities: FloatArray
    levels_db: FloatArray

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """Where somebody speaks, in order; none where nobody does."""
        found: list[list[int]] = []
        for first, last in _runs(self.probabilities >= _CLOSES):
            if (self.probabilities[first:last] >= _OPENS).any():
                if found and (first - found[-1][1]) * STEP_S <= _LONGEST_PAUSE_S:
                    found[-1][1] = last
                else:
                    found.append([first, last])
        shortest = _SHORTEST_S / STEP_S
        return tuple(
            Stretch(max(0.0, first * STEP_S - _BEFORE_S), min(self.duration_s, last * STEP_S + _BEHIND_S))
            for first, last in found
            if (self.probabilities[first:last] >= _OPENS).sum() >= min(shortest, len(self.probabilities) / 2)
        )

    def is_speech(self) -> bool:
        """Whether somebody speaks anywhere in the recording."""
        return bool(self.stretches)

    def seconds_of_speech(self, starts_s: npt.ArrayLike, ends_s: npt.ArrayLike) -> DoubleArray:
        """How long somebody speaks between two moments, for as many pairs of moments as there are."""
        starts, ends = np.atleast_1d(np.asarray(starts_s, float)), np.atleast_1d(np.asarray(ends_s, float))
        total = np.zeros(len(starts))
        for stretch in self.stretches:
            total += np.maximum(0.0, np.minimum(ends, stretch.end_s) - np.maximum(starts, stretch.start_s))
        return total

    @cached_property
    def over_background_db(self) -> float:
        """How far the voice stands over what is heard between its words; infinite where that is not known.

        The median level of the steps that are speech against that of the others up to a second around the stretches.
        Without pauses, as in a single word, the tenth loudest against the tenth quietest instead, less what these are
        apart in the same sound.
        """
        around = np.zeros(len(self.levels_db), bool)
        for stretch in self.stretches:
            first, last = (round(t / STEP_S) for t in (stretch.start_s - _AROUND_S, stretch.end_s + _AROUND_S))
            around[max(0, first) : last] = True
        voice, pauses = around & (self.probabilities >= _OPENS), around & (self.probabilities < _CLOSES)
        if not voice.any():
            return float("inf")
        if pauses.sum() * STEP_S >= _PAUSES_S:
            return float(np.median(self.levels_db[voice]) - np.median(self.levels_db[pauses]))
        if around.sum() * STEP_S < _JUDGED_FROM_S:
            return float("inf")
        quiet, loud = np.quantile(self.levels_db[around], [0.1, 0.9])
        return float(loud - quiet) - _SPREAD_DB

    @property
    def background(self) -> bool:
        """Whether music or noise goes on behind the voice, so that the answer is less reliable."""
        return self.over_background_db < _QUIET_BEHIND_DB


def _runs(flags: Mask) -> list[tuple[int, int]]:
    """First and last-but-one of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def find_speech(clip: Clip) -> Heard:
    """What is heard in a clip of any length, conditioned. Raises AudioError when it is empty or not at 16 kHz."""
    meter = SpeechMeter()
    meter.add(clip)
    return meter.heard


def sounds_like_speech(clip: Clip) -> bool:
    """Whether somebody speaks in a clip of any length. Raises AudioError when it is empty or not at 16 kHz."""
    return find_speech(clip).is_speech()


def heard_lately(clip: Clip, latest_s: float) -> Heard:
    """What is heard in the last `latest_s` of a clip, conditioned, while it is still going on.

    The network gets used to the second before, and hears no more than that: a fifth of the work of `find_speech` for a
    clip of four seconds. Of a clip that is shorter, the whole is heard. Raises AudioError as `find_speech` does.
    """
    steps = max(1, int(latest_s / STEP_S))
    wanted = _LEAD_SAMPLES + steps * STEP_SAMPLES
    if len(clip.samples) < wanted or clip.rate_hz != RATE_HZ:
        return find_speech(clip)
    window = clip.samples[len(clip.samples) - wanted :]
    # At the level of what was said before as well: a pause is not made as loud as a voice.
    leveled = _at_speaking_level(clip.samples)[len(clip.samples) - wanted :]
    probabilities = speech_probability(leveled[None])[0, _LEAD_STEPS:]
    return Heard(steps * STEP_S, probabilities, _levels_db(window[_LEAD_SAMPLES:]))


class SpeechMeter:
    """Listens to a recording that comes in blocks, conditioned, and holds no more than nine seconds of it."""

    def __init__(self) -> None:
        self._held: Samples = np.zeros(0, np.float32)
        self._begun = False
        self._count = 0
        self._probabilities: list[FloatArray] = []
        self._levels_db: list[FloatArray] = []
        self._taken = 0

    def add(self, block: Clip) -> None:
        """Hears the next block. Raises AudioError when it is not at 16 kHz."""
        if block.rate_hz != RATE_HZ:
            raise AudioError(
                "Whether it is speech is judged at {rate_hz} Hz; got a clip at {rate_hz2} Hz.",
                rate_hz=RATE_HZ,
                rate_hz2=block.rate_hz,
            )
        self._count += len(block.samples)
        held = np.concatenate([self._held, block.samples])
        if not self._begun and len(held) > _LEAD_SAMPLES:
            held = self._with_lead(held)
        chunks = max(0, len(held) - _LEAD_SAMPLES) // _CHUNK_SAMPLES if self._begun else 0
        if chunks:
            windows = np.lib.stride_tricks.sliding_window_view(held, _LEAD_SAMPLES + _CHUNK_SAMPLES)
            self._hear(windows[: chunks * _CHUNK_SAMPLES : _CHUNK_SAMPLES])
        self._held = held[chunks * _CHUNK_SAMPLES :].copy()

    def watch(self, blocks: Iterable[Clip]) -> Iterator[Clip]:
        """Passes the blocks on, and hears them on the way."""
        for block in blocks:
            self.add(block)
            yield block

    def take(self) -> tuple[FloatArray, FloatArray]:
        """How probable speech is in each step heard since this was last called, and its level in dBFS; see `Heard`."""
        first, self._taken = self._taken, len(self._probabilities)
        if first == self._taken:
            return np.zeros(0, np.float32), np.zeros(0, np.float32)
        return np.concatenate(self._probabilities[first:]), np.concatenate(self._levels_db[first:])

    @property
    def heard(self) -> Heard:
        """All that was heard. Raises AudioError when nothing was added; asked for once, at the end."""
        if not self._count:
            raise AudioError("The clip is empty; there is nothing to hear in it.")
        if not self._begun:
            self._held = self._with_lead(self._held)
        rest = len(self._held) - _LEAD_SAMPLES
        if rest:
            # The last step is filled up with silence.
            missing = -rest % STEP_SAMPLES
            self._hear(np.pad(self._held, (0, missing))[None])
            self._held = self._held[-_LEAD_SAMPLES:]
        return Heard(self._count / RATE_HZ, np.concatenate(self._probabilities), np.concatenate(self._levels_db))

    def _with_lead(self, samples: Samples) -> Samples:
        """The beginning of the recording behind its mirror image, to get used to."""
        self._begun = True
        mirrored = samples[:_LEAD_SAMPLES][::-1]
        return np.concatenate([np.zeros(_LEAD_SAMPLES - len(mirrored), np.float32), mirrored, samples])

    def _hear(self, windows: Samples) -> None:
        """The next chunks, each with the second before it, shape (chunks, samples)."""
        leveled = np.stack([_at_speaking_level(window) for window in windows])
        if self._probabilities:
            probabilities = speech_probability(leveled)[:, _LEAD_STEPS:].reshape(-1)
        else:
            # The beginning is heard twice, behind its mirror image and behind silence, and both have to agree: after
            # silence the network takes any hum for a sudden voice, and a whisper that it is used to for noise.
            behind_mirrored, suddenly = speech_probability_behind(leveled[0], _LEAD_STEPS)
            probabilities = np.sqrt(behind_mirrored * suddenly)
            if len(leveled) > 1:
                rest = speech_probability(leveled[1:])[:, _LEAD_STEPS:]
                probabilities = np.concatenate([probabilities, rest.reshape(-1)])
        self._probabilities.append(probabilities)
        self._levels_db.append(_levels_db(windows[:, _LEAD_SAMPLES:]))


def _levels_db(samples: Samples) -> FloatArray:
    """Level of each step in dBFS."""
    steps = samples.reshape(-1, STEP_SAMPLES)
    return (10 * np.log10(np.vecdot(steps, steps) / STEP_SAMPLES + _TINY)).astype(np.float32)


def _at_speaking_level(samples: Samples) -> Samples:
    """The same sound with its loudest half-second at the level of ordinary speech, as far as there is any."""
    size = min(_LEVEL_SAMPLES, len(samples))
    halves = samples[: len(samples) // size * size].reshape(-1, size)
    loudest_db = 10 * np.log10(float((np.vecdot(halves, halves) / size).max()) + _TINY)
    gain = 10 ** (min(_LEVEL_DBFS - loudest_db, _MOST_GAIN_DB) / 20)
    return (samples * np.float32(gain)).clip(-1, 1)
