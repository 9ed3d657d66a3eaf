"""Fixtures for tests of recordings."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

import ser_core.audio
from ser_core.audio.sandbox.pool import Pool
from ser_core.audio.sandbox.stream import Stream

UsePool = Callable[..., Pool]


@pytest.fixture
def use_pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[UsePool]:
    """Makes a pool of its own for the test, used by all that is read from then on."""
    pools = []

    def use(**options: object) -> Pool:
        pools.append(Pool(**options))
        monkeypatch.setattr(ser_core.audio, "Stream", partial(Stream, pool=pools[-1]))
        return pools[-1]

    yield use
    for pool in pools:
        pool.close()
