"""The logistic regression, and the threshold above which a sound counts as speech."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.linear_model import LogisticRegression

from ser_core.speech.detector import Heard, Weights, standardised

_C = 1.0
# Share of the training speech, degraded clips included, that may fall below the threshold: rejecting a voice is worse
# than letting a tune through.
_REFUSED = 0.005
_GROUPS = 4


@dataclass(frozen=True, eq=False)
class Example:
    """A measured sound: whether it is speech, and which voice or kind of sound it is."""

    speech: bool
    group: str
    heard: Heard


def fit(examples: Sequence[Example]) -> Weights:
    """Weights from all examples, and a threshold from leaving each voice out in turn."""
    weights = _fit(examples)
    voices = sorted({e.group for e in examples if e.speech})
    left_out = []
    for number in range(_GROUPS):
        out = set(voices[number::_GROUPS])
        part = _fit([e for e in examples if e.group not in out])
        left_out += [e.heard.evidence(part) for e in examples if e.group in out]
    return replace(weights, threshold=float(np.quantile(left_out, _REFUSED)))


def _fit(examples: Sequence[Example]) -> Weights:
    measures = np.concatenate([e.heard.measures for e in examples])
    counts = [len(e.heard.measures) for e in examples]
    speech = np.repeat([e.speech for e in examples], counts)
    # A long recording counts as one sound, however many windows it has, and speech counts as much as all other sounds.
    weight = np.repeat(1 / np.array(counts), counts)
    for part in (speech, ~speech):
        weight[part] *= 0.5 * len(weight) / weight[part].sum()
    mean, deviation = np.nanmean(measures, axis=0), np.nanstd(measures, axis=0)
    z = standardised(measures, mean, deviation)
    model = LogisticRegression(C=_C, max_iter=2000).fit(np.hstack([z, z**2]), speech, weight)
    linear, square = np.split(model.coef_[0], 2)
    return Weights(mean, deviation, linear, square, float(model.intercept_[0]), 0.0)
