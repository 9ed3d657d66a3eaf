"""Every classical classifier on clouds that overlap a little, and stored and read back without pickles."""

import numpy as np
import pytest

from ser_core.errors import SerError
from ser_core.estimators import build_estimator, estimators, trusted_types

N_VALUES = 6


def clouds(rng: np.random.Generator, n: int = 90) -> tuple[np.ndarray, np.ndarray]:
    """Three Gaussian clouds whose centres lie four deviations apart: a few in a hundred cannot be told."""
    truth = np.arange(n) % 3
    centres = 4 * np.eye(3, N_VALUES)
    return (centres[truth] + rng.standard_normal((n, N_VALUES))).astype(np.float32), truth


@pytest.mark.parametrize("name", [name for name in estimators() if name != "hmm"])
def test_a_classifier_tells_clouds_apart_and_gives_probabilities(name, rng):
    x, y = clouds(rng)
    x_test, y_test = clouds(rng)
    probabilities = build_estimator(name, 0).fit(x, y).predict_proba(x_test)
    assert probabilities.shape == (90, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert (probabilities.argmax(axis=1) == y_test).mean() > 0.9
    again = build_estimator(name, 0).fit(x, y).predict_proba(x_test)
    np.testing.assert_allclose(again, probabilities, atol=1e-6)


def sequences(rng: np.random.Generator, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Rises and falls: the same values, in opposite order, so that only time tells the classes apart."""
    truth = np.arange(n) % 2
    ramp = np.linspace(-2, 2, 12)
    moving = np.where(truth[:, None] == 0, ramp, -ramp)[:, :, None]
    return (moving + 0.5 * rng.standard_normal((n, 12, 3))).astype(np.float32), truth


def test_hidden_markov_models_hear_the_order_of_things(rng):
    x, y = sequences(rng)
    x_test, y_test = sequences(rng)
    probabilities = build_estimator("hmm", 0).fit(x, y).predict_proba(x_test)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    assert (probabilities.argmax(axis=1) == y_test).all()


@pytest.mark.parametrize("name", estimators())
def test_a_stored_classifier_answers_as_before_and_holds_no_unknown_type(name, rng, tmp_path):
    import skops.io

    x, y = sequences(rng) if name == "hmm" else clouds(rng)
    fitted = build_estimator(name, 0).fit(x, y)
    path = tmp_path / "model.skops"
    skops.io.dump(fitted, path)
    unknown = set(skops.io.get_untrusted_types(file=path))
    assert unknown <= trusted_types()
    stored = skops.io.load(path, trusted=sorted(unknown))
    np.testing.assert_allclose(stored.predict_proba(x), fitted.predict_proba(x), atol=1e-6)


def test_an_unknown_classifier_is_answered_with_the_known_ones():
    with pytest.raises(SerError, match="random-forest"):
        build_estimator("forest", 0)
