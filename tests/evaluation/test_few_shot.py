"""What few-shot adaptation brings, on predictions for voices whose confusions are known."""

import numpy as np
import pytest

from ser_core.evaluation.few_shot import measure_few_shot
from ser_core.evaluation.fold_predictions import FoldPredictions
from ser_core.labels import Emotion

LABELS = (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY)


def fold(name: str, n: int, bias: float, seed: int) -> FoldPredictions:
    """A voice of `n` clips of each emotion that sounds happy whatever it says, by so much, with some noise."""
    truth = np.repeat(np.arange(3), n)
    noise = np.random.default_rng(seed).normal(size=(3 * n, 3))
    logits = 3.0 * np.eye(3)[truth] + noise + [bias, 0, 0]
    voices = np.full(3 * n, name)
    return FoldPredictions(name, LABELS, truth, voices, voices, logits, None, np.arange(0), {})


def test_a_voice_with_habits_of_its_own_gains_and_the_more_the_more_is_named():
    figures = measure_few_shot([fold("a", 40, 6.0, 0), fold("b", 40, 0.0, 1)])
    assert [(m["of_each"], m["n"]) for m in figures] == [(1, 234), (2, 228), (3, 222)]
    # The first voice is always heard as happy: a third of it is right, and nearly all of the other.
    assert all(m["ua_without"] == pytest.approx((1 / 3 + 0.95) / 2, abs=0.05) for m in figures)
    uas = [m["ua_with"] for m in figures]
    assert uas == sorted(uas)
    assert uas[0] > figures[0]["ua_without"] + 0.05
    assert uas[-1] > 0.85


def test_voices_with_too_few_clips_are_left_out():
    few, more = fold("few", 2, 0.0, 0), fold("more", 3, 0.0, 1)
    assert [(m["of_each"], m["n"]) for m in measure_few_shot([few, more])] == [(1, 9), (2, 3)]
    assert measure_few_shot([fold("one", 1, 0.0, 0)]) == []
