import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ser_core.labels import Emotion
from ser_core.metrics import (
    calibration_error,
    choose_pair_margin,
    choose_threshold,
    confidence_figures,
    evaluate,
    f1_score,
    fit_temperature,
    softmax,
)

HAPPY, SAD, ANGRY = Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY


def test_figures_of_a_small_confusion_by_hand():
    acted, answered = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 0, 0, 1, 1, 2])
    result = evaluate(acted, answered, (HAPPY, SAD, ANGRY))
    assert result.confusion.tolist() == [[3, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert result.recall == {HAPPY: 0.75, SAD: 0.5}
    assert result.ua == pytest.approx(0.625)
    assert result.wa == pytest.approx(4 / 6)
    # F1: happy 2*3/(4+3), sad 2*1/(2+2); angry was never acted
    assert result.macro_f1 == pytest.approx((6 / 7 + 1 / 2) / 2)


def test_the_json_object_has_what_the_command_line_promises():
    plain = evaluate(np.array([0, 1]), np.array([0, 0]), (HAPPY, SAD)).as_dict()
    assert set(plain) == {"n", "ua", "wa", "macro_f1", "per_class", "confusion", "labels"}
    assert plain["per_class"]["sad"] == {"n": 1, "recall": 0.0, "precision": None}
    assert plain["labels"] == ["happy", "sad"]


def test_nothing_to_count_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        evaluate(np.array([], int), np.array([], int), (HAPPY, SAD))


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1))
def test_figures_stay_within_their_range_and_rows_add_up(pairs):
    acted, answered = np.array(pairs).T
    result = evaluate(acted, answered, tuple(Emotion))
    assert result.n == len(pairs)
    assert 0 <= result.ua <= 1
    assert 0 <= result.macro_f1 <= 1
    assert result.wa == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))


def test_temperature_finds_back_how_much_logits_were_sharpened(rng):
    logits = rng.normal(size=(4000, 4))
    truth = np.array([rng.choice(4, p=p) for p in softmax(logits)])
    # Truth was drawn from these very probabilities, so logits three times as large need a temperature of 3;
    # 4000 draws settle it to a few per cent.
    assert fit_temperature(3 * logits, truth) == pytest.approx(3.0, rel=0.1)
    assert calibration_error(softmax(logits), truth) < 0.03
    assert calibration_error(softmax(3 * logits), truth) > 0.1


def test_threshold_answers_only_where_it_is_right_often_enough():
    # Confidences 0.95, 0.85, 0.75, 0.65, 0.55: right, right, right, wrong, wrong.
    confidence = np.array([0.95, 0.85, 0.75, 0.65, 0.55])
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    truth = np.array([0, 0, 0, 1, 1])
    # Four answers are right three times in four; the fifth would bring it to 0.6.
    assert choose_threshold(probabilities, truth, accuracy=0.75) == pytest.approx(0.6)
    # Out of reach: then as many as must be answered.
    assert choose_threshold(probabilities, 1 - truth, accuracy=0.9, answered=0.4) == pytest.approx(0.8)
    # Always right: never unsure.
    assert choose_threshold(probabilities, np.zeros(5, dtype=int)) == 0.0


def test_weights_let_few_clips_count_as_much_as_many(rng):
    # Ten clips that are always right and a thousand that never are; weighted, the two groups count the same.
    sure = np.tile([3.0, 0.0], (1010, 1))
    truth = np.array([0] * 10 + [1] * 1000)
    weights = np.where(truth == 0, 1 / 10, 1 / 1000)
    assert fit_temperature(sure, truth, weights) == pytest.approx(10.0)
    assert fit_temperature(sure[:10], truth[:10]) == pytest.approx(0.2)
    graded = np.stack([np.linspace(0.99, 0.51, 1010), np.linspace(0.01, 0.49, 1010)], axis=1)
    # Weighted, nine tenths are right as long as 1 / (1 + k / 1000) >= 0.9: with 111 wrong ones beside the ten.
    assert choose_threshold(graded, truth, weights, accuracy=0.9, answered=0.4) == pytest.approx(
        graded[120:122, 0].mean()
    )


def test_the_margin_of_a_pair_is_where_the_second_is_right_two_thirds_as_often(rng):
    """Of two labels, the lead of the first is drawn, and then whether it is right with log-odds of 5 times the lead."""
    lead = rng.uniform(0, 1, 20_000)
    probabilities = np.stack([(1 + lead) / 2, (1 - lead) / 2], axis=1)
    truth = (rng.random(20_000) > 1 / (1 + np.exp(-5 * lead))).astype(np.int64)
    margin = choose_pair_margin(probabilities, truth)
    # log(3 / 2) / 5; twenty thousand draws settle the slope to a few per cent.
    assert margin == pytest.approx(0.081, rel=0.06)
    near = np.abs(lead - margin) < 0.02
    assert truth[near].mean() / (1 - truth[near]).mean() == pytest.approx(2 / 3, rel=0.15)
    assert choose_pair_margin(probabilities, truth, as_often=0.9) < margin


def test_pairs_are_named_never_where_nothing_was_learned_and_weights_count():
    probabilities = np.array([[0.5, 0.3, 0.2]] * 4)
    assert choose_pair_margin(probabilities, np.full(4, 2)) == 0.0  # neither was right
    assert choose_pair_margin(probabilities, np.full(4, 1)) == 0.0  # the second always: no margin would help
    mixed = np.array([0, 0, 0, 1])
    # Three to one at a lead of 0.2: log-odds of log(3), so two to three lie at 0.2 * log(3 / 2) / log(3).
    assert choose_pair_margin(probabilities, mixed) == pytest.approx(0.2 * np.log(1.5) / np.log(3), rel=0.02)
    assert choose_pair_margin(probabilities, mixed, [1, 1, 1, 2]) > choose_pair_margin(probabilities, mixed)


def test_confidence_figures_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.6, 0.4]])
    figures = confidence_figures(probabilities, np.array([0, 1, 0, 1]), np.array([True, True, True, False]))
    # Four bins with one clip each: |0.9-1|, |0.8-1|, |0.7-0|, |0.6-0|.
    assert figures["calibration_error"] == pytest.approx((0.1 + 0.2 + 0.7 + 0.6) / 4)
    assert figures["answered"] == 0.75
    assert figures["accuracy_of_answered"] == pytest.approx(2 / 3, abs=1e-4)
    nothing = confidence_figures(probabilities, np.array([0, 1, 0, 1]), np.zeros(4, dtype=bool))
    assert nothing["accuracy_of_answered"] is None


def test_f1_lies_between_precision_and_recall_nearer_to_the_lower():
    assert f1_score(1.0, 0.5) == pytest.approx(2 / 3)
    assert f1_score(None, 0.0) == f1_score(0.0, 0.5) == 0.0
