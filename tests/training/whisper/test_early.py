"""The early head on tones: statistics of clips, and a perceptron that learns from them."""

from dataclasses import replace

import numpy as np
import pytest

from ser_core.nets.whisper import Recogniser, Shape
from ser_core.nets.whisper.encoder import halved
from ser_core.recipes.encoder import WHISPER, EarlyKnobs
from ser_core.training.on_device import Source, frames_of, heard, untouched
from ser_core.training.on_device.chance import Chance, new_key
from ser_core.training.whisper.early import fit_early, statistics_of
from ser_core.training.whisper.pack import Pack
from tests.training.whisper.test_trainer import ANGRY, SAD, pack_of_tones

N_ACTED = 16
RECIPE = replace(
    WHISPER,
    early=EarlyKnobs(n_steps=60, batch_size=16, rate=1e-2),
    draws=(("ravdess", 1.0), ("crema-d", 1.0), ("plain", 0.2), ("noise", 0.0)),
)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of_tones(np.random.default_rng(0))


@pytest.fixture(scope="module")
def network() -> Recogniser:
    shape = Shape(width=16, n_blocks=1, n_heads=2, hidden=32, channels=16, n_weightings=2, head_hidden=16, n_early=1)
    made = Recogniser(shape=replace(shape, early_hidden=16))
    rng = np.random.default_rng(0)
    made.from_arrays({name: rng.normal(0, 0.3, w.shape).astype(np.float32) for name, w in made.to_arrays().items()})
    return made


@pytest.fixture(scope="module")
def statistics(network: Recogniser, pack: Pack) -> np.ndarray:
    return statistics_of(network, pack, 4.0)


def test_statistics_are_of_the_first_layers(network: Recogniser, pack: Pack, statistics: np.ndarray):
    assert statistics.shape == (2, len(pack.corpus), 2 * 2 * 16)
    one = [np.array([place], np.int32) for place in (pack.start[3], pack.length[3])]
    mel, present = heard(
        Source(pack.samples, *one, one[0][None], one[1][None], *one), untouched(1), frames_of(2.0), Chance(new_key(0))
    )
    frames = np.asarray(network.encoder(mel, present)[1])[0, np.asarray(halved(present))[0] > 0]
    np.testing.assert_allclose(statistics[0, 3, 32:48], frames.mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(statistics[0, 3, 48:], frames.std(axis=0), atol=1e-3)


def test_later_in_a_pass_the_encoder_hears_something_else(statistics: np.ndarray):
    assert np.abs(statistics[1] - statistics[0]).max() > 0.05


def test_learns_high_from_low(network: Recogniser, pack: Pack, statistics: np.ndarray):
    trained = np.arange(len(pack.corpus)) < N_ACTED - 4
    fit_early(network.early_head, statistics, pack, trained, RECIPE)
    head = network.early_head
    logits = np.asarray(head.decide(head.hide(head.standardised(statistics[1]))))[:N_ACTED]
    high = pack.emotion[:N_ACTED] == ANGRY
    assert (logits[:, [SAD, ANGRY]].argmax(axis=1) == high).all()
