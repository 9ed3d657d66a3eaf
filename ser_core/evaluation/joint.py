"""The figures of a run in which all corpora train together, corpus by corpus."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ser_core.corpora import get_corpus
from ser_core.evaluation.cross_validation import Run
from ser_core.evaluation.fold_predictions import FoldPredictions, joined
from ser_core.evaluation.summary import result_of
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.measured import JOINT
from ser_core.recipes import Recipe

# The protocol under which a corpus is usually reported, where its folds here leave out the same speakers, or more.
PROTOCOLS = {
    "ravdess": "ravdess-actors",
    "crema-d": "crema-d-actors",
    "nemo": "nemo-speakers",
    "emovo": "emovo-speakers",
    "tess": "tess-actress",
}
_AT_REST = (Emotion.NEUTRAL, Emotion.CALM)
# More likely than all others together.
_SURE = 0.5


def of_corpus(run: Run, corpus: str) -> Run:
    """The part of a run that tests one corpus."""
    folds = [fold.of(np.char.startswith(fold.voices, f"{corpus}:")) for fold in run.folds]
    return replace(run, folds=tuple(fold for fold in folds if len(fold.truth)))


def acted(run: Run) -> Run:
    """The part of a run that tests corpora of acted speech."""
    unacted = [name for name in corpora_of(run) if not get_corpus(name).acted]
    folds = [
        fold.of(~np.any([np.char.startswith(fold.voices, f"{name}:") for name in unacted], axis=0)) if unacted else fold
        for fold in run.folds
    ]
    return replace(run, folds=tuple(folds))


def corpora_of(run: Run) -> tuple[str, ...]:
    """Names of the corpora that a run tests."""
    return tuple(sorted({str(voice).partition(":")[0] for fold in run.folds for voice in fold.voices}))


def unacted_figures(run: Run, temperature: float) -> dict[str, dict[str, float]]:
    """How often sound that nobody acted is given a sure emotion, by corpus: ordinary speech, noise.

    `at_rest` is the share that is surely neutral or calm, `emotional` the share that is surely anything else; sure is
    what is more likely than all others together.
    """
    figures = {}
    for corpus in corpora_of(run):
        if not get_corpus(corpus).acted:
            whole = joined(of_corpus(run, corpus).folds)
            figures[corpus] = _at_rest(whole, temperature)
    return figures


def _at_rest(whole: FoldPredictions, temperature: float) -> dict[str, float]:
    probabilities = softmax(whole.logits, temperature)
    rest = [whole.labels.index(emotion) for emotion in _AT_REST]
    together = probabilities[:, rest].sum(axis=1)
    others = np.delete(probabilities, rest, axis=1)
    return {
        "n": len(whole.truth),
        "at_rest": round(float(np.mean(together >= _SURE)), 4),
        "emotional": round(float(np.mean(others.max(axis=1) >= _SURE)), 4),
    }


def results_of(
    recipe: Recipe,
    run: Run,
    protocol: str,
    corpora: Iterable[str],
    *,
    seed: int,
    genders: Mapping[str, str | None],
) -> dict[str, dict[str, Any]]:
    """What the file of results keeps of a run, by protocol.

    That is one entry, but of `joint-speakers`: there every corpus gets its own as well, under the protocol by which it
    is usually reported, whose folds leave out the same speakers or fewer.
    """
    if protocol != JOINT:
        return {protocol: result_of(recipe, run, corpora, seed=seed, genders=genders)}
    whole = result_of(recipe, acted(run), corpora, seed=seed, genders=genders)
    parts = {name: of_corpus(run, name) for name in corpora_of(run) if get_corpus(name).acted}
    figures = {name: result_of(recipe, part, corpora, seed=seed, genders=genders) for name, part in parts.items()}
    whole["corpora"] = {name: {key: m[key] for key in ("n", "ua", "ua_deviation", "wa")} for name, m in figures.items()}
    whole["unacted"] = unacted_figures(run, whole["temperature"])
    return {JOINT: whole} | {PROTOCOLS[name]: m for name, m in figures.items() if name in PROTOCOLS}
