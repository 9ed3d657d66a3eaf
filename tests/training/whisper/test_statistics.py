"""What the early head hears of tones."""

from dataclasses import replace

import numpy as np
import pytest

from ser_core.nets.whisper import Recogniser
from ser_core.nets.whisper.encoder import halved
from ser_core.recipes import WHISPER_SHALLOW
from ser_core.recipes.encoder import DisturbedKnobs
from ser_core.training.on_device import Source, frames_of, heard, untouched
from ser_core.training.on_device.chance import Chance, new_key
from ser_core.training.whisper.pack import Pack
from ser_core.training.whisper.statistics import N_RECORDED, Statistics

RECIPE = replace(WHISPER_SHALLOW, disturbed=DisturbedKnobs(copies=2, strength=1.0))


@pytest.fixture(scope="module")
def statistics(network: Recogniser, pack: Pack) -> np.ndarray:
    return Statistics(network, RECIPE).of(pack)


def test_they_are_of_the_first_layers(network: Recogniser, pack: Pack, statistics: np.ndarray):
    assert statistics.shape == (N_RECORDED + 2, len(pack.corpus), 2 * 2 * 16)
    one = [np.array([place], np.int32) for place in (pack.start[3], pack.length[3])]
    mel, present = heard(
        Source(pack.samples, *one, one[0][None], one[1][None], *one), untouched(1), frames_of(2.0), Chance(new_key(0))
    )
    frames = np.asarray(network.encoder(mel, present)[1])[0, np.asarray(halved(present))[0] > 0]
    np.testing.assert_allclose(statistics[0, 3, 32:48], frames.mean(axis=0), atol=2e-3)
    np.testing.assert_allclose(statistics[0, 3, 48:], frames.std(axis=0), atol=2e-3)


def test_later_in_a_pass_the_encoder_hears_something_else(statistics: np.ndarray):
    assert np.abs(statistics[1] - statistics[0]).max() > 0.05


def test_what_is_disturbed_sounds_different_each_time_and_the_same_in_every_run(
    network: Recogniser, pack: Pack, statistics: np.ndarray
):
    moved = [np.abs(statistics[a] - statistics[b]).mean() for a, b in ((2, 1), (3, 1), (3, 2))]
    assert np.isfinite(statistics).all()
    assert min(moved) > np.abs(statistics[1] - statistics[0]).mean()
    np.testing.assert_array_equal(Statistics(network, RECIPE).of(pack), statistics)


def test_a_recording_needs_no_other(network: Recogniser, pack: Pack):
    alone = replace(RECIPE, disturbed=DisturbedKnobs(copies=1))
    assert np.isfinite(Statistics(network, alone).of(pack.of(np.array([5])))).all()
