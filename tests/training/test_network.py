"""One network of an ensemble: the same seed, the same network, with or without an interruption."""

from dataclasses import replace

import numpy as np
import pytest

from ser_core.augment import Copies
from ser_core.errors import ModelError
from ser_core.training.data.log_mels import Dataset, Functionals, LogMels, prepare
from ser_core.training.network import Trained, fit
from ser_core.training.progress import Epoch
from tests.training.tiny import TINY

pytestmark = pytest.mark.usefixtures("small_net")

SMALL = replace(TINY, net="small", epochs=3)


@pytest.fixture(scope="module")
def data(tones, tmp_path_factory) -> Dataset:
    both = LogMels(TINY.features, Copies(mixed=1), 0), Functionals(TINY.features, Copies(), 0)
    return prepare(tones[::2], *both, tmp_path_factory.mktemp("frames"))


def weights_of(trained: Trained) -> np.ndarray:
    return np.concatenate([np.ravel(w).astype(np.float64) for w in trained.weights])


def test_an_interrupted_training_ends_as_an_uninterrupted_one(data, tmp_path):
    uninterrupted = fit(data, data, SMALL, 0.6, 0)

    class StopHereError(Exception):
        pass

    def interrupt(epoch: Epoch) -> None:
        if epoch.number == 2:
            raise StopHereError

    with pytest.raises(StopHereError):
        fit(data, data, SMALL, 0.6, 0, tmp_path, interrupt)
    numbers: list[int] = []
    resumed = fit(data, data, SMALL, 0.6, 0, tmp_path, lambda epoch: numbers.append(epoch.number))
    assert numbers == [3]
    assert [e.loss for e in resumed.history] == pytest.approx([e.loss for e in uninterrupted.history], rel=1e-4)
    np.testing.assert_allclose(weights_of(resumed), weights_of(uninterrupted), atol=1e-4)
    assert all(0 <= e.validation_ua <= 1 for e in resumed.history)
    with pytest.raises(ModelError, match="other data or settings"):
        fit(data, data, replace(SMALL, learning_rate=1e-3), 0.6, 0, tmp_path)


def test_the_same_seed_gives_the_same_network_and_another_another(data):
    one, same, other = (weights_of(fit(data, None, SMALL, 0.6, seed)) for seed in (0, 0, 1))
    # Threads may add floats in another order.
    np.testing.assert_allclose(one, same, atol=1e-5)
    assert np.abs(one - other).max() > 0.01
