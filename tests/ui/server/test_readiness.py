import asyncio
import json
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from ser_core.errors import ModelError
from ser_core.labels import Emotion
from ser_core.records import Clip, Prediction
from ui.server.readiness import Pulse, readiness


def asked(pulse: Pulse) -> tuple[int, dict[str, Any]]:
    request = Request({"type": "http", "method": "GET", "path": "/ready", "headers": []})
    response = asyncio.run(readiness(pulse)(request))
    return response.status_code, json.loads(bytes(response.body))


def test_ready_once_the_model_predicts() -> None:
    heard: list[Clip] = []

    def predict(clip: Clip) -> Prediction:
        heard.append(clip)
        return Prediction({Emotion.CALM: 1.0}, "small")

    assert asked(Pulse(lambda: SimpleNamespace(predict=predict))) == (200, {"ready": True, "model": "small"})
    assert heard[0].duration_s == 1.0


def test_not_ready_without_a_model_and_says_why() -> None:
    def missing() -> None:
        raise ModelError("There is no model 'crnn'.")

    assert asked(Pulse(missing)) == (503, {"ready": False, "reason": "There is no model 'crnn'."})


def test_a_bug_is_no_readiness() -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asked(Pulse(broken))


def test_the_answer_is_there_while_a_prediction_takes_long() -> None:
    stuck, predicted = threading.Event(), threading.Event()

    def predict(clip: Clip) -> Prediction:
        if predicted.is_set():
            stuck.wait(30)
        predicted.set()
        return Prediction({Emotion.CALM: 1.0}, "small")

    pulse = Pulse(lambda: SimpleNamespace(predict=predict), every_s=0, good_for_s=0.2)
    try:
        assert asked(pulse)[0] == 200
        # Stuck from now on: first the last prediction counts, then it is too old. Nobody waits for the next.
        until = time.monotonic() + 20
        while asked(pulse)[0] == 200:
            assert time.monotonic() < until
            time.sleep(0.01)
        status, said = asked(pulse)
        assert (status, said["ready"]) == (503, False)
    finally:
        stuck.set()
