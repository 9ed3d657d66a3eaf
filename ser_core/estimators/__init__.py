"""Classical classifiers from scikit-learn, xgboost and hmmlearn, one in each file. For training only.

Libraries are imported when a classifier is built, not when this package is imported.
"""

from ser_core.estimators import boosted_trees, gmm, hmm, mlp, random_forest, svm  # noqa: F401  (each registers)
from ser_core.estimators.registry import build_estimator, estimators, modules_of, trusted_types

__all__ = ["build_estimator", "estimators", "modules_of", "trusted_types"]
