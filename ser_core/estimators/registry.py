"""The table of classical classifiers."""

from collections.abc import Callable, Iterable
from typing import Any

from ser_core.errors import SerError

# seed -> an unfitted classifier with scikit-learn's fit and predict_proba
Builder = Callable[[int], Any]

_ESTIMATORS: dict[str, Builder] = {}
_TRUSTED: set[str] = set()
_MODULES: dict[str, tuple[str, ...]] = {}


def estimator(name: str, *, trusted: Iterable[str] = (), modules: tuple[str, ...] = ()) -> Callable[[Builder], Builder]:
    """Registers a classifier under `name`.

    `trusted` names the types that its stored form may contain in addition to those that skops trusts; `modules` what
    it needs in addition to scikit-learn.
    """

    def register(build: Builder) -> Builder:
        _ESTIMATORS[name] = build
        _TRUSTED.update(trusted)
        _MODULES[name] = modules
        return build

    return register


def estimators() -> tuple[str, ...]:
    """Names of all classifiers."""
    return tuple(sorted(_ESTIMATORS))


def trusted_types() -> frozenset[str]:
    """Types that a stored classifier may contain in addition to those that skops trusts."""
    return frozenset(_TRUSTED)


def modules_of(name: str) -> tuple[str, ...]:
    """What has to be installed for a classifier, beside scikit-learn."""
    return _MODULES[name]


def build_estimator(name: str, seed: int) -> Any:
    """A fresh classifier with `fit(x, y)` and `predict_proba(x)`. Raises SerError for an unknown name."""
    if name not in _ESTIMATORS:
        raise SerError(f"There is no classifier {name!r}. Known classifiers: {', '.join(estimators())}.")
    return _ESTIMATORS[name](seed)
