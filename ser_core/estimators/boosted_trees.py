"""Boosted trees (Chen and Guestrin 2016)."""

from typing import Any

from ser_core.estimators.registry import estimator


@estimator("xgboost", trusted=("xgboost.core.Booster", "xgboost.sklearn.XGBClassifier"), modules=("xgboost",))
def build(seed: int) -> Any:
    """Three hundred rounds of boosting with xgboost."""
    from xgboost import XGBClassifier

    return XGBClassifier(
        n_estimators=300,
        max_depth=5,
        learning_rate=0.1,
        subsample=0.8,
        colsample_bytree=0.5,
        # With so few clips, waiting for threads costs more than they gain, especially on a busy machine.
        n_jobs=1,
        random_state=seed,
    )
