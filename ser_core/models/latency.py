"""How long a model takes for one answer."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ser_core.augment import coloured_noise
from ser_core.features.feature_sets import RATE_HZ
from ser_core.models.runner import Runner
from ser_core.records import Clip

_ROUNDS = 30


def latency_ms(runner: Runner[Any]) -> float:
    """Median time of one answer as a model is served, features not counted."""
    clip = two_seconds_of_noise(0)
    # Another input for each round: a runner may keep what it has answered.
    inputs = iter([runner.prepare(clip) for _ in range(1 + _ROUNDS)])
    return median_ms(lambda: runner.run(next(inputs)))


def two_seconds_of_noise(seed: int) -> Clip:
    """Of some colour: no model has seen it."""
    rng = np.random.default_rng(seed)
    return Clip(0.1 * coloured_noise(2 * RATE_HZ, rng.uniform(0, 6), rng), RATE_HZ)


def median_ms(call: Callable[[], object]) -> float:
    """Median time of a call, after one that warms up."""
    call()
    times = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return float(np.median(times) * 1000)
