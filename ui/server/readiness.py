"""Readiness of the server, proved by a prediction rather than by an open port."""

from collections.abc import Awaitable, Callable

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from ser_core.errors import SerError
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Clip

# One second of sound through everything but decoding: a few milliseconds of work per request.
_RATE_HZ = 16_000
_TONE = Clip((0.1 * np.sin(2 * np.pi * 220 / _RATE_HZ * np.arange(_RATE_HZ))).astype(np.float32), _RATE_HZ)


Endpoint = Callable[[Request], Awaitable[JSONResponse]]


def readiness(recogniser: Callable[[], Recogniser]) -> Endpoint:
    """An endpoint that answers 200 once the model returned by `recogniser` predicts; 503 and the reason while it
    cannot.
    """

    async def ready(request: Request) -> JSONResponse:
        try:
            prediction = await run_in_threadpool(lambda: recogniser().predict(_TONE))
        except SerError as error:
            return JSONResponse({"ready": False, "reason": str(error)}, status_code=503)
        return JSONResponse({"ready": True, "model": prediction.model})

    return ready
