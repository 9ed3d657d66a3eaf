"""Values before a classifier sees them."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from ser_core.errors import SerError
from ser_core.models.preparation import Preparation


@pytest.fixture
def values(rng):
    """120 rows of 10 values of very different size; only the values 2 and 7 say which of three classes it is."""
    truth = np.arange(120) % 3
    x = rng.standard_normal((120, 10))
    x[:, 2] += 3 * (truth == 1)
    x[:, 7] += 3 * (truth == 2)
    return (x * np.logspace(-2, 2, 10) + 5).astype(np.float32), truth


def test_values_are_standardised(values):
    x, y = values
    prepared = Preparation(None, None, 0).fit(x, y).transform(x)
    np.testing.assert_allclose(prepared.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(prepared.std(axis=0), 1, atol=1e-3)


def test_components_are_those_of_the_standardised_values(values):
    x, y = values
    expected = PCA(4, random_state=0).fit_transform(StandardScaler().fit_transform(x.astype(np.float64)))
    np.testing.assert_allclose(np.abs(Preparation(4, None, 0).fit(x, y).transform(x)), np.abs(expected), atol=2e-3)


def test_elimination_keeps_the_values_that_tell_classes_apart(values):
    x, y = values
    preparation = Preparation(None, 2, 0).fit(x, y)
    assert preparation.kept == (2, 7)
    assert preparation.transform(x).shape == (120, 2)


def test_a_sequence_is_prepared_along_its_last_axis(values):
    x, y = values
    sequence = x.reshape(40, 3, 10)
    prepared = Preparation(4, None, 0).fit(sequence, y[:40]).transform(sequence)
    assert prepared.shape == (40, 3, 4)
    np.testing.assert_allclose(prepared.reshape(-1, 4), Preparation(4, None, 0).fit(x, y).transform(x), atol=1e-4)
    with pytest.raises(SerError, match="sequence or an image"):
        Preparation(None, 2, 0).fit(sequence, y[:40])


@pytest.mark.parametrize("pca, select", [(11, None), (None, 11)])
def test_more_than_there_is_cannot_be_had(values, pca, select):
    with pytest.raises(SerError, match="10 values"):
        Preparation(pca, select, 0).fit(*values)
