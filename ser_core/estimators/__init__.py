"""Classical classifiers: scikit-learn's, xgboost's and hmmlearn's. One file a classifier; training only.

Libraries are imported when a classifier is built, not when this is imported.
"""

from ser_core.estimators import boosted_trees, gmm, hmm, mlp, random_forest, svm  # noqa: F401  (each registers)
from ser_core.estimators.registry import build_estimator, estimators, trusted_types

__all__ = ["build_estimator", "estimators", "trusted_types"]
