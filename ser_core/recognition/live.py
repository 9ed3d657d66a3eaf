"""What a voice sounds like while it speaks: an answer for each second, from the few seconds before it."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ser_core.dsp.conditioning import Conditioner
from ser_core.errors import AudioError
from ser_core.features.windows import is_silent
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Clip, Prediction
from ser_core.speech import heard_lately
from ser_core.speech.silero import RATE_HZ

STEP_S = 1.0
_STEP_SAMPLES = round(STEP_S * RATE_HZ)
# In a second with less speech than this nobody speaks; it is what a timeline asks of its windows, too.
_LEAST_SPEECH_S = 0.2
# From less speech than this in its window nothing is claimed: it is a word or two.
_LEAST_SPEECH_TO_ANSWER_S = 1.0
# What the decision whether somebody speaks needs: a second to get used to, and the second itself.
_SPEECH_CONTEXT_S = 2.1


class LiveKind(StrEnum):
    """What there is to say about a second."""

    ANSWER = "answer"
    TOO_LITTLE = "too little"
    NO_SPEECH = "no speech"


@dataclass(frozen=True)
class LiveAnswer:
    """What was heard in a second.

    Attributes:
        start_s, end_s: the second, counted from the first sound.
        kind: whether there is an answer; too little speech for one so far; or nobody speaks.
        prediction: the answer, from the window that ends with this second; None where there is none.
    """

    start_s: float
    end_s: float
    kind: LiveKind
    prediction: Prediction | None = None


class LiveHearing:
    """Hears a voice while it speaks, and holds no more than the window of its model, a few seconds."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._window_s = max(recogniser.window_s, _SPEECH_CONTEXT_S)
        self._count = self._answered = 0
        self._conditioner = Conditioner()
        self._held = Clip(np.zeros(0, np.float32), RATE_HZ)
        # Seconds and how long somebody spoke in them, as many as the longest window has.
        self._spoken: deque[tuple[int, float]] = deque(maxlen=max(1, round(self._window_s / STEP_S)))

    def add(self, block: Clip) -> None:
        """Hear the next block, of any length. Raises AudioError when it is not at 16 kHz."""
        if block.rate_hz != RATE_HZ:
            raise AudioError(f"A voice is heard live at {RATE_HZ} Hz; got a block at {block.rate_hz} Hz.")
        self._count += len(block.samples)
        held = np.concatenate([self._held.samples, self._conditioner(block).samples])
        # A second more, for what belongs to the next one already.
        most = round((self._window_s + STEP_S) * RATE_HZ)
        self._held = Clip(held[-most:].copy(), RATE_HZ)

    def skip(self, samples: int) -> None:
        """Go on after so many samples that were lost: what was said before them has no part in what follows."""
        self._count += samples
        self._begin_anew()
        self._answered = max(self._answered, self._complete)

    @property
    def is_due(self) -> bool:
        """Whether a second is complete that was not answered yet."""
        return self._complete > self._answered

    def answer(self) -> LiveAnswer | None:
        """What was heard in the second that was completed last; None until one is. Seconds that nobody asked for while
        they were the last are never answered: who comes late has missed them.
        """
        if not self.is_due:
            return None
        second = self._answered = self._complete
        beyond = self._count - second * _STEP_SAMPLES
        samples = self._held.samples[: len(self._held.samples) - beyond]
        lately = Clip(samples[-round(self._window_s * RATE_HZ) :], RATE_HZ)
        speech_s = self._speech_s(lately)
        self._spoken.append((second, speech_s))
        start_s, end_s = (second - 1) * STEP_S, second * STEP_S
        if speech_s < _LEAST_SPEECH_S:
            return LiveAnswer(start_s, end_s, LiveKind.NO_SPEECH)
        window_s = self._recogniser.window_s
        recent = [each for when, each in self._spoken if when > second - window_s / STEP_S]
        if sum(recent) < _LEAST_SPEECH_TO_ANSWER_S:
            return LiveAnswer(start_s, end_s, LiveKind.TOO_LITTLE)
        window = lately.between(lately.duration_s - window_s, lately.duration_s)
        return LiveAnswer(start_s, end_s, LiveKind.ANSWER, self._recogniser.predict(window))

    @property
    def _complete(self) -> int:
        return self._count // _STEP_SAMPLES

    def _begin_anew(self) -> None:
        self._conditioner = Conditioner()
        self._held = Clip(np.zeros(0, np.float32), RATE_HZ)
        self._spoken.clear()

    def _speech_s(self, lately: Clip) -> float:
        """How long somebody spoke in the last second."""
        second = lately.between(lately.duration_s - STEP_S, lately.duration_s)
        if is_silent(second):
            return 0.0
        heard = heard_lately(lately, STEP_S)
        return float(heard.seconds_of_speech(heard.duration_s - STEP_S, heard.duration_s)[0])
