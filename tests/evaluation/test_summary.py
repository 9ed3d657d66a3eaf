"""Figures of a run from predictions whose rightness is known."""

import numpy as np
import pytest

from ser_core.augment import CORRUPTIONS
from ser_core.evaluation.fold_predictions import FoldPredictions
from ser_core.evaluation.summary import summarise
from ser_core.labels import Emotion

LABELS = (Emotion.HAPPY, Emotion.SAD)


def fold(name, right, n=200, scale=1.0, seed=0):
    """`n` clips of four voices of which the share `right` is answered right, with logits of that certainty."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % 2
    hit = rng.permutation(n) < round(right * n)
    answer = np.where(hit, truth, 1 - truth)
    sure = np.log(right / (1 - right)) * scale
    logits = np.where(np.eye(2)[answer] > 0, sure / 2, -sure / 2)
    voices = np.array([f"{name}{i % 4}" for i in range(n)])
    corrupted = np.arange(0, n, 2)
    corrupted = np.concatenate([corrupted, corrupted + 1])  # all of them, in another order
    corruptions = dict.fromkeys(CORRUPTIONS, -logits[corrupted])
    return FoldPredictions(name, LABELS, truth, voices, voices, logits, -logits, corrupted, corruptions)


def test_mean_spread_and_interval_over_speakers():
    genders = {f"a{i}": "f" for i in range(4)} | {"b0": "m"}
    figures = summarise([fold("a", 0.9), fold("b", 0.7)], genders=genders)
    assert {name: (m["n"], m["speakers"]) for name, m in figures["registers"].items()} == {
        "women": (200, 4),
        "men": (50, 1),
    }
    assert figures["registers"]["women"]["ua"] == figures["folds"][0]["ua"]
    assert figures["registers"]["men"]["ua_interval"] is None
    assert figures["ua"] == pytest.approx(0.8, abs=0.02)
    assert figures["ua_deviation"] == pytest.approx(0.2 / np.sqrt(2), abs=0.02)
    low, high = figures["ua_interval"]
    assert low < figures["ua_of_all_clips"] < high
    assert 0.5 < low < 0.78 < 0.82 < high < 0.95
    # The corrupted clips' predictions are all turned round.
    assert list(figures["corruptions"].values()) == pytest.approx([1 - figures["ua"]] * len(CORRUPTIONS), abs=1e-3)
    assert np.sum(figures["confusion"]) == figures["n"] == 400
    assert [m["of_each"] for m in figures["few_shot"]] == [1, 2, 3]


def test_calibration_is_fitted_on_the_other_folds():
    # Three times too certain everywhere: the temperature of the others repairs it.
    folds = [fold(name, 0.8, scale=3.0, seed=i) for i, name in enumerate("abc")]
    assert summarise(folds)["calibration_error"] < 0.03
    # A fold that differs from the others cannot repair itself.
    odd = [fold("a", 0.8, scale=6.0), fold("b", 0.8), fold("c", 0.8)]
    assert summarise(odd)["calibration_error"] > 0.05


def test_a_single_fold_has_no_spread_and_no_calibration():
    figures = summarise([fold("a", 0.9)])
    assert figures["ua_deviation"] is None
    assert "calibration_error" not in figures
