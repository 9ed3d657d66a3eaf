"""The figures of a run under a protocol: mean, spread, interval, calibration, from the answers of its folds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ser_core.arrays import DoubleArray, IntArray
from ser_core.evaluation.corruptions import CONDITIONS
from ser_core.evaluation.enrolment import measure_own_voice
from ser_core.evaluation.few_shot import measure_taught
from ser_core.evaluation.fold_predictions import Answers, joined
from ser_core.labels import Emotion
from ser_core.metrics import calibration_error, choose_pair_margin, choose_threshold, evaluate, fit_temperature, softmax

_BOOTSTRAP_DRAWS = 2000
_INTERVAL = (2.5, 97.5)


# How the figures call the speakers of a gender, which stands for the register of their voices.
_REGISTERS = {"f": "women", "m": "men"}


def summarise(
    folds: Sequence[Answers], *, genders: Mapping[str, str | None] | None = None, seed: int = 0
) -> dict[str, Any]:
    """The figures of a run, as plain values; by register too where `genders` tells the voices' ("f" or "m").

    UA is given as the mean over the folds with its deviation, and over all clips together with a 95% interval by
    drawing the speakers anew (Efron and Tibshirani 1993). Temperature and threshold of a fold are fitted on the
    answers of the other folds' models to speakers whom those had never heard, so calibration is measured on voices
    that took no part in it; with a single fold there is none to fit on, and it is left out. `temperature`,
    `unsure_below` and `pair_below` are those of all folds together, for a model that is trained on all speakers.
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
        "ua_float32": round(float(np.mean([_ua(labels, f.truth, f.plain_logits) for f in folds])), 4),
        "registers": _by_register(whole, genders or {}, seed),
        "under": {
            name: round(float(np.mean([_ua(labels, f.truth[f.changed], f.disturbed[name]) for f in folds])), 4)
            for name in CONDITIONS
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
    counted = evaluate([labels[i] for i in whole.truth], [labels[i] for i in whole.logits.argmax(axis=1)], labels)
    figures |= {key: value for key, value in counted.as_dict().items() if key not in ("n", "ua")}
    figures["taught"] = measure_taught(folds, seed=seed)
    if len(folds) > 1:
        figures |= _calibration(folds) | {"own_voice": measure_own_voice(folds)}
    return figures


def _by_register(whole: Answers, genders: Mapping[str, str | None], seed: int) -> dict[str, Any]:
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


def _calibration(folds: Sequence[Answers]) -> dict[str, Any]:
    probabilities, truth, answered = [], [], []
    for fold in folds:
        others = joined([other for other in folds if other is not fold])
        temperature = fit_temperature(others.logits, others.truth)
        threshold = choose_threshold(softmax(others.logits, temperature), others.truth)
        probabilities.append(softmax(fold.logits, temperature))
        truth.append(fold.truth)
        answered.append(probabilities[-1].max(axis=1) >= threshold)
    p, t, a = np.concatenate(probabilities), np.concatenate(truth), np.concatenate(answered)
    right = p.argmax(axis=1) == t
    whole = joined(folds)
    temperature = fit_temperature(whole.logits, whole.truth)
    of_all = softmax(whole.logits, temperature)
    return {
        "calibration_error": round(calibration_error(p, t), 4),
        "answered": round(float(a.mean()), 4),
        "accuracy_of_answered": round(float(right[a].mean()), 4) if a.any() else None,
        "temperature": round(temperature, 4),
        "unsure_below": round(choose_threshold(of_all, whole.truth), 4),
        "pair_below": round(choose_pair_margin(of_all, whole.truth), 4),
    }


def _ua(labels: tuple[Emotion, ...], truth: IntArray, logits: DoubleArray) -> float:
    return evaluate([labels[i] for i in truth], [labels[i] for i in logits.argmax(axis=1)], labels).ua


def _interval(labels: tuple[Emotion, ...], whole: Answers, seed: int) -> list[float] | None:
    """Percentiles of the UA over draws of the speakers; None with fewer than four, who cannot tell a spread."""
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
