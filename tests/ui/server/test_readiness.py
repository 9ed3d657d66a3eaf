import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from ser_core.errors import ModelError
from ser_core.labels import Emotion
from ser_core.records import Clip, Prediction
from ui.server.readiness import ready
from ui.shared import loaders


def asked() -> tuple[int, dict[str, Any]]:
    response = asyncio.run(ready(Request({"type": "http", "method": "GET", "path": "/ready", "headers": []})))
    return response.status_code, json.loads(bytes(response.body))


def test_ready_once_the_model_predicts(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Clip] = []

    def predict(clip: Clip) -> Prediction:
        heard.append(clip)
        return Prediction({Emotion.CALM: 1.0}, "small")

    monkeypatch.setattr(loaders, "recogniser", lambda: SimpleNamespace(predict=predict))
    assert asked() == (200, {"ready": True, "model": "small"})
    assert heard[0].duration_s == 1.0


def test_not_ready_without_a_model_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ModelError("There is no model 'crnn'.")

    monkeypatch.setattr(loaders, "recogniser", missing)
    assert asked() == (503, {"ready": False, "reason": "There is no model 'crnn'."})


def test_a_bug_is_no_readiness(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(loaders, "recogniser", broken)
    with pytest.raises(ZeroDivisionError):
        asked()
