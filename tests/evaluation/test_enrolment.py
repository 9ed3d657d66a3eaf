"""What enrolment brings, on predictions made so that the truth is known."""

import numpy as np
import pytest

from ser_core.evaluation.enrolment import measure_enrolment
from ser_core.evaluation.fold_predictions import FoldPredictions
from ser_core.labels import Emotion

LABELS = (Emotion.NEUTRAL, Emotion.HAPPY, Emotion.SAD)


def fold(name, shift, rng):
    """Three voices, twelve clips of each emotion, with logits that each voice shifts in a direction of its own."""
    truth = np.tile(np.repeat(np.arange(3), 12), 3)
    voices = np.repeat([f"{name}{i}" for i in range(3)], 36)
    files = np.array([f"{i:03}" for i in range(len(truth))])
    own = {voice: shift * rng.normal(size=3) for voice in np.unique(voices)}
    logits = 2.0 * np.eye(3)[truth] + 0.6 * rng.normal(size=(len(truth), 3)) + np.array([own[v] for v in voices])
    return FoldPredictions(name, LABELS, truth, voices, files, logits, None, np.arange(0), {})


def test_finds_the_shift_that_each_voice_brings(rng):
    figures = measure_enrolment([fold(name, 3.0, rng) for name in "abcd"])
    assert figures["ua_without"] < 0.8
    assert figures["ua_with"] > 0.9
    assert figures["strength"] == pytest.approx(1.0, abs=0.2)
    # Six of twelve neutral clips of each voice are enrolment and are not tested.
    assert figures["n"] == 4 * 3 * (36 - 6)


def test_chooses_not_to_use_it_where_voices_do_not_differ(rng):
    figures = measure_enrolment([fold(name, 0.0, rng) for name in "abcd"])
    assert figures["ua_with"] == pytest.approx(figures["ua_without"], abs=0.03)


def test_there_is_nothing_to_measure_in_one_fold_or_without_neutral_speech(rng):
    one = fold("a", 1.0, rng)
    assert measure_enrolment([one]) is None
