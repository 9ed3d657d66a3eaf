from types import SimpleNamespace
from typing import Any, cast

from ser_core.models.latency import latency_ms
from ser_core.models.runner import Runner


def test_each_round_runs_the_model_anew() -> None:
    # A runner of an encoder keeps what it has answered for an input; asked again, it takes no time at all.
    asked: list[object] = []
    runner = SimpleNamespace(prepare=lambda clip: object(), run=asked.append)
    assert latency_ms(cast(Runner[Any], runner)) > 0
    assert len(asked) > 10
    assert len(set(map(id, asked))) == len(asked)
