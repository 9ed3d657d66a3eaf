"""A small network and a pack of tones, for what is trained without an accelerator."""

from dataclasses import replace

import numpy as np
import pytest

from ser_core.nets.whisper import Recogniser, Shape
from ser_core.training.whisper.pack import Pack
from tests.training.whisper.test_trainer import pack_of_tones


@pytest.fixture(scope="session")
def pack() -> Pack:
    return pack_of_tones(np.random.default_rng(0))


@pytest.fixture(scope="session")
def network() -> Recogniser:
    shape = Shape(width=16, n_blocks=1, n_heads=2, hidden=32, channels=16, n_weightings=2, head_hidden=16, n_early=1)
    made = Recogniser(shape=replace(shape, early_hidden=16))
    rng = np.random.default_rng(0)
    made.from_arrays({name: rng.normal(0, 0.3, w.shape).astype(np.float32) for name, w in made.to_arrays().items()})
    return made
