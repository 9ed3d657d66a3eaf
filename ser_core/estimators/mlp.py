"""A multi-layer perceptron of one hidden layer, with the settings of the widely copied RAVDESS tutorials."""

from typing import Any

from ser_core.estimators.registry import estimator


@estimator("mlp", trusted=("sklearn.neural_network._stochastic_optimizers.AdamOptimizer",))
def build(seed: int) -> Any:
    """scikit-learn's MLP with 300 hidden units."""
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(hidden_layer_sizes=(300,), alpha=0.01, batch_size="auto", max_iter=300, random_state=seed)
