"""Figures of a run under a protocol, from the predictions of its folds: mean, deviation, interval, calibration."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ser_core.arrays import DoubleArray, IntArray
from ser_core.evaluation.cross_validation import Run
from ser_core.evaluation.enrolment import measure_enrolment
from ser_core.evaluation.few_shot import measure_few_shot
from ser_core.evaluation.fold_predictions import FoldPredictions, joined
from ser_core.labels import Emotion
from ser_core.metrics import (
    choose_pair_margin,
    choose_threshold,
    confidence_figures,
    evaluate,
    fit_temperature,
    softmax,
)
from ser_core.models.results import current_commit
from ser_core.recipes import Recipe

_BOOTSTRAP_DRAWS = 2000
_INTERVAL = (2.5, 97.5)


# Names in the figures for the speakers of a gender, which stands for the register of their voices.
_REGISTERS = {"f": "women", "m": "men"}


def result_of(
    recipe: Recipe,
    run: Run,
    corpora: Iterable[str],
    *,
    seed: int,
    genders: Mapping[str, str | None] | None = None,
    adaptation: bool = True,
) -> dict[str, Any]:
    """The entry of a recipe under a protocol in the file of results: its figures, its costs, and their origin."""
    trainings = [fold.training for fold in run.folds if fold.training]
    seconds = [training.seconds for training in trainings if training.seconds is not None]
    return summarise(run.folds, genders=genders, seed=seed, adaptation=adaptation) | {
        "epochs": getattr(recipe, "epochs", None),
        "history": list(trainings[0].history),
        "parameters": trainings[0].parameters,
        "size_mb": round(trainings[0].size_mb, 3),
        "latency_ms": round(run.latency_ms, 2),
        "training_s": round(float(np.mean(seconds)), 1) if seconds else None,
        "trained_with": sorted(corpora),
        "recipe_id": recipe.id,
        "seed": seed,
        "commit": current_commit(),
    }


def summarise(
    folds: Sequence[FoldPredictions],
    *,
    genders: Mapping[str, str | None] | None = None,
    seed: int = 0,
    adaptation: bool = True,
) -> dict[str, Any]:
    """The figures of a run as plain values: also by register if `genders` gives those of the voices ("f" or "m"), and
    the gain from `adaptation` to a speaker, if requested.

    UA is the mean over the folds with its deviation, and over all clips together with a 95% bootstrap interval over
    speakers (Efron and Tibshirani 1993). Temperature and threshold of a fold are fitted to the predictions of the other
    folds' models for their unseen speakers, so calibration is measured on voices that took no part in it; with a single
    fold there is nothing to fit on, and it is left out. `temperature`, `unsure_below` and `pair_below` are those of all
    folds together, for a model trained on all speakers.
    """
    labels = folds[0].labels
    whole = joined(folds)
    uas = [_ua(labels, fold.truth, fold.logits) for fold in folds]
    figures: dict[str, Any] = {
        "n": len(whole.truth),
        "ua": round(float(np.mean(uas)), 4),
        "ua_deviation": round(float(np.std(uas, ddof=1)), 4) if len(uas) > 1 else None,
        "ua_of_all_clips": round(_ua(labels, whole.truth, whole.logits), 4),
        "ua_interval": _interval(labels, whole, seed),
        "registers": _by_register(whole, genders or {}, seed),
        "corruptions": {
            name: round(float(np.mean([_ua(labels, f.truth[f.corrupted], f.corruptions[name]) for f in folds])), 4)
            for name in whole.corruptions
        },
        "folds": [
            {
                "held_out": fold.name,
                "n": len(fold.truth),
                "ua": round(ua, 4),
                "ua_interval": _interval(labels, fold, seed),
            }
            for fold, ua in zip(folds, uas, strict=True)
        ],
    }
    float32 = [_ua(labels, f.truth, f.float32_logits) for f in folds if f.float32_logits is not None]
    if float32:
        figures["ua_float32"] = round(float(np.mean(float32)), 4)
    counted = evaluate(whole.truth, whole.logits.argmax(axis=1), labels)
    figures |= {key: value for key, value in counted.as_dict().items() if key not in ("n", "ua")}
    if len(folds) > 1:
        figures |= _calibration(folds)
    if adaptation:
        figures |= {"few_shot": measure_few_shot(folds, seed=seed), "enrolment": measure_enrolment(folds)}
    return figures


def _by_register(whole: FoldPredictions, genders: Mapping[str, str | None], seed: int) -> dict[str, Any]:
    """UA of the women's and of the men's clips, with the interval over their speakers."""
    figures = {}
    for gender, name in _REGISTERS.items():
        theirs = np.array([genders.get(str(voice)) == gender for voice in whole.voices])
        if theirs.any():
            part = replace(whole, truth=whole.truth[theirs], voices=whole.voices[theirs], logits=whole.logits[theirs])
            figures[name] = {
                "n": len(part.truth),
                "speakers": len(np.unique(part.voices)),
                "ua": round(_ua(part.labels, part.truth, part.logits), 4),
                "ua_interval": _interval(part.labels, part, seed),
            }
    return figures


def _calibration(folds: Sequence[FoldPredictions]) -> dict[str, Any]:
    probabilities, truth, answered = [], [], []
    for fold in folds:
        others = joined([other for other in folds if other is not fold])
        temperature = fit_temperature(others.logits, others.truth)
        threshold = choose_threshold(softmax(others.logits, temperature), others.truth)
        probabilities.append(softmax(fold.logits, temperature))
        truth.append(fold.truth)
        answered.append(probabilities[-1].max(axis=1) >= threshold)
    p, t, a = np.concatenate(probabilities), np.concatenate(truth), np.concatenate(answered)
    whole = joined(folds)
    temperature = fit_temperature(whole.logits, whole.truth)
    of_all = softmax(whole.logits, temperature)
    return {
        **confidence_figures(p, t, a),
        "temperature": round(temperature, 4),
        "unsure_below": round(choose_threshold(of_all, whole.truth), 4),
        "pair_below": round(choose_pair_margin(of_all, whole.truth), 4),
    }


def _ua(labels: tuple[Emotion, ...], truth: IntArray, logits: DoubleArray) -> float:
    return evaluate(truth, logits.argmax(axis=1), labels).ua


def _interval(labels: tuple[Emotion, ...], whole: FoldPredictions, seed: int) -> list[float] | None:
    """Percentiles of the UA over bootstrap samples of the speakers; None with fewer than four, which show no spread."""
    voices = np.unique(whole.voices)
    if len(voices) < 4:
        return None
    rng = np.random.default_rng(seed)
    n = len(labels)
    answer = whole.logits.argmax(axis=1)
    counts = np.zeros((len(voices), n, n))
    for i, voice in enumerate(voices):
        mine = whole.voices == voice
        np.add.at(counts[i], (whole.truth[mine], answer[mine]), 1)
    draws = counts[rng.integers(len(voices), size=(_BOOTSTRAP_DRAWS, len(voices)))].sum(axis=1)
    acted = draws.sum(axis=2)
    recall = np.diagonal(draws, axis1=1, axis2=2) / np.where(acted > 0, acted, np.nan)
    return [round(float(q), 4) for q in np.percentile(np.nanmean(recall, axis=1), _INTERVAL)]
