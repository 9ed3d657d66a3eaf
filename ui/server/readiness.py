"""Readiness of the server, proved by predictions rather than by an open port.

A thread of its own predicts every few seconds; whoever asks is told what came of it, at once. A question that predicts
for itself waits behind the visitors whenever there are many, and is then given up by who asked.
"""

import threading
import time
from collections.abc import Awaitable, Callable

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from ser_core.errors import SerError
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Clip

# One second of sound through everything but decoding: a few milliseconds of work.
_RATE_HZ = 16_000
_TONE = Clip((0.1 * np.sin(2 * np.pi * 220 / _RATE_HZ * np.arange(_RATE_HZ))).astype(np.float32), _RATE_HZ)
_EVERY_S = 10.0
# A prediction that is older than this says nothing any more: the server is stuck.
_GOOD_FOR_S = 40.0
# How long the first one may take, in which the model is loaded.
_PATIENCE_S = 60.0

Endpoint = Callable[[Request], Awaitable[JSONResponse]]


class Pulse:
    """Predicts with the model that `recogniser` returns, again and again, from the first question on."""

    def __init__(
        self, recogniser: Callable[[], Recogniser], *, every_s: float = _EVERY_S, good_for_s: float = _GOOD_FOR_S
    ) -> None:
        self._recogniser, self._every_s, self._good_for_s = recogniser, every_s, good_for_s
        self._first = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        # When and what was predicted last: the name of the model, or why it cannot be used.
        self._last: tuple[float, str | Exception] = (0.0, "")

    def model(self) -> str:
        """The name of the model that predicts. Raises what the last prediction raised, SerError for a reason to be
        told, or TimeoutError when there has been none for too long.
        """
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._beat, name="readiness", daemon=True)
                self._thread.start()
        self._first.wait(_PATIENCE_S)
        when, outcome = self._last
        if isinstance(outcome, Exception):
            raise outcome
        if not self._first.is_set() or time.monotonic() - when > self._good_for_s:
            raise TimeoutError
        return outcome

    @property
    def has_begun(self) -> bool:
        """Whether there is an answer already."""
        return self._first.is_set()

    def _beat(self) -> None:
        while True:
            self._last = (time.monotonic(), self._predict())
            self._first.set()
            time.sleep(self._every_s)

    def _predict(self) -> str | Exception:
        try:
            return self._recogniser().predict(_TONE).model
        except Exception as error:  # noqa: BLE001 (raised again for whoever asks)
            return error


def readiness(pulse: Pulse) -> Endpoint:
    """An endpoint that answers 200 while the model predicts; 503 and the reason while it cannot."""

    async def ready(request: Request) -> JSONResponse:
        try:
            # Only the first answer is waited for.
            model = pulse.model() if pulse.has_begun else await run_in_threadpool(pulse.model)
        except SerError as error:
            return _not_ready(str(error))
        except TimeoutError:
            return _not_ready("The model has not answered for too long.")
        return JSONResponse({"ready": True, "model": model})

    return ready


def _not_ready(reason: str) -> JSONResponse:
    return JSONResponse({"ready": False, "reason": reason}, status_code=503)
