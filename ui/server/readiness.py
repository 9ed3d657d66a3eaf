"""Whether this server can answer, proved by a prediction rather than by an open port."""

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from ser_core.errors import SerError
from ser_core.records import Clip, Prediction
from ui.shared import loaders

# One second, the whole path but decoding: a few milliseconds of work at each question.
_RATE_HZ = 16_000
_TONE = Clip((0.1 * np.sin(2 * np.pi * 220 / _RATE_HZ * np.arange(_RATE_HZ))).astype(np.float32), _RATE_HZ)


async def ready(request: Request) -> JSONResponse:
    """200 once the served model predicts, 503 and the reason while it cannot."""
    try:
        prediction = await run_in_threadpool(_predict)
    except SerError as error:
        return JSONResponse({"ready": False, "reason": str(error)}, status_code=503)
    return JSONResponse({"ready": True, "model": prediction.model})


def _predict() -> Prediction:
    return loaders.recogniser().predict(_TONE)
