"""Where a page's recorder puts a voice while it speaks, half a second at a time, and is told what was heard.

The answer goes back at once with what was put, beside the page's connection: a page that is drawn anew each second
would be slower, and what somebody does there meanwhile would be lost. Of the sound no more is held than what the model
hears at a time.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ser_core.machine import cores
from ser_core.records import Clip
from ui.server import metrics
from ui.server.inbox import Place
from ui.server.turns import BusyError, Turns, Urgency, turns_for

RATE_HZ = 16_000
# A recorder that could not send for a while sends the last of what it has.
MOST_AT_ONCE_S = 4
_BYTES_A_SAMPLE = 2
# Each waits for its turn at most about a second, so that a few threads do for many.
_threads = ThreadPoolExecutor(2 * cores() + 2, thread_name_prefix="live")

# An answer as plain values for the page; None for nothing new.
Answer = dict[str, Any] | None


class Hearing(Protocol):
    """What hears a voice while it speaks (`ser_core.recognition.live.LiveHearing`)."""

    def add(self, block: Clip) -> None:
        """Hear the next block."""

    def skip(self, samples: int) -> None:
        """Go on after so many samples that were lost."""

    @property
    def is_due(self) -> bool:
        """Whether there is something to answer."""


class _LateError(Exception):
    """The answer would come so late that the next one is better."""


class LiveLine(Place):
    """A place for a voice that speaks. `hearing` hears it; `answer` says what was heard, which takes a turn."""

    def __init__(
        self, session: str, hearing: Hearing, answer: Callable[[], Answer], turns: Turns | None = None
    ) -> None:
        super().__init__(session, MOST_AT_ONCE_S * RATE_HZ * _BYTES_A_SAMPLE)
        self._hearing, self._answer, self._turns = hearing, answer, turns or turns_for(0.0)
        self._next_sample = 0
        self._in_use = False

    async def receive(self, content: bytes, request: Request) -> Response:
        """Hear 16 kHz mono sound of 16 bits, whose first sample is number `from` of the query; the answer, or null."""
        first = request.query_params.get("from", "")
        if not first.isdecimal() or len(first) > 10 or len(content) % _BYTES_A_SAMPLE:
            return PlainTextResponse("This is not what the page's recorder sends.", 422)
        if self._in_use:
            return PlainTextResponse("One at a time, please.", 409)
        self._in_use = True
        try:
            heard = await asyncio.get_running_loop().run_in_executor(_threads, partial(self._hear, content, int(first)))
        finally:
            self._in_use = False
        return JSONResponse(heard, headers={"Cache-Control": "no-store"})

    def _hear(self, content: bytes, first: int) -> Answer:
        if first > self._next_sample:
            self._hearing.skip(first - self._next_sample)
        elif first < self._next_sample:
            # Sent once more, since the page did not hear that it had arrived.
            content = content[(self._next_sample - first) * _BYTES_A_SAMPLE :]
        if content:
            shorts = np.frombuffer(content, dtype="<i2")
            self._next_sample = max(self._next_sample, first) + len(shorts)
            self._hearing.add(Clip(shorts.astype(np.float32) / np.float32(32_768), RATE_HZ))
        if not self._hearing.is_due:
            return None
        try:
            with self._turns.turn(Urgency.LIVE, _give_up):
                answer = self._answer()
        except (_LateError, BusyError):
            metrics.LIVE_ANSWERS.labels("late").inc()
            return {"kind": "late"}
        metrics.LIVE_ANSWERS.labels("answered").inc()
        return answer


def _give_up(place: object) -> None:
    # Asked after a second of waiting.
    raise _LateError
