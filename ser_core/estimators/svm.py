"""A support vector machine with radial kernels, its margins turned into probabilities."""

from typing import Any

from ser_core.estimators.registry import estimator


@estimator(
    "svm",
    trusted=(
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.model_selection._split.StratifiedKFold",
    ),
)
def build(seed: int) -> Any:
    """scikit-learn's SVC, calibrated by Platt's sigmoids (Platt 1999) over five parts of the training clips."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import StratifiedKFold
    from sklearn.svm import SVC

    parts = StratifiedKFold(5, shuffle=True, random_state=seed)
    return CalibratedClassifierCV(SVC(C=10.0, gamma="scale"), cv=parts, ensemble=False)
