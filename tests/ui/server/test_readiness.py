import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from ser_core.errors import ModelError
from ser_core.labels import Emotion
from ser_core.records import Clip, Prediction
from ui.server.readiness import readiness


def asked(recogniser: Callable[[], Any]) -> tuple[int, dict[str, Any]]:
    request = Request({"type": "http", "method": "GET", "path": "/ready", "headers": []})
    response = asyncio.run(readiness(recogniser)(request))
    return response.status_code, json.loads(bytes(response.body))


def test_ready_once_the_model_predicts() -> None:
    heard: list[Clip] = []

    def predict(clip: Clip) -> Prediction:
        heard.append(clip)
        return Prediction({Emotion.CALM: 1.0}, "small")

    assert asked(lambda: SimpleNamespace(predict=predict)) == (200, {"ready": True, "model": "small"})
    assert heard[0].duration_s == 1.0


def test_not_ready_without_a_model_and_says_why() -> None:
    def missing() -> None:
        raise ModelError("There is no model 'crnn'.")

    assert asked(missing) == (503, {"ready": False, "reason": "There is no model 'crnn'."})


def test_a_bug_is_no_readiness() -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asked(broken)
