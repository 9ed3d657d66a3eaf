"""Perceptrons on functionals against made-up data whose answer is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ser_core.corpora import Utterance
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.recipes import PerceptronKnobs
from ser_core.training.data.log_mels import Dataset
from ser_core.training.perceptron import CLIP_AT, Perceptrons, fit_perceptrons
from ser_core.training.progress import Epoch

LABELS = (Emotion.NEUTRAL, Emotion.CALM, Emotion.ANGRY)
KNOBS = PerceptronKnobs(number=1, hidden=16, epochs=15, batch_size=32, learning_rate=1e-2, dropout=0.1, least_steps=12)


@pytest.fixture
def draw(rng):
    """Clips of six voices and a copy of each; an emotion lies in the sign of a product, which no line can tell."""

    def made(corpora=("a",)) -> Dataset:
        rows, truth, who = [], [], []
        for corpus in corpora:
            for voice in range(6):
                for label in range(3):
                    if corpus == "b" and label == 1:
                        continue
                    for _ in range(20):
                        x = rng.normal(size=(2, 6))
                        x[:, 0] = rng.choice([-2, 2])
                        x[:, 1] = np.sign(x[:, 0]) * (2 if label == 2 else -2)
                        x[:, 2] += 4 * (label == 1)
                        rows.append(x)
                        truth.append(label)
                        who.append((corpus, f"v{voice}"))
        return Dataset(
            tuple(Utterance(Path(str(i)), LABELS[t], *w) for i, (t, w) in enumerate(zip(truth, who, strict=True))),
            (),
            np.array(rows, dtype=np.float32),
            np.array(truth),
            np.array([[True, corpus == "a", True] for corpus, _ in who]),
            LABELS,
        )

    return made


def test_learns_what_no_line_can_tell(draw):
    heard, unheard = draw(), draw()
    fitted = fit_perceptrons(heard, KNOBS, 60, 0)
    answers = fitted.logits(unheard.functionals[:, 0]).argmax(axis=1)
    assert (answers == unheard.truth).mean() > 0.85


def test_the_same_seed_gives_the_same_and_each_perceptron_is_another(draw):
    data = draw()
    short = replace(KNOBS, number=2, epochs=1)
    one, same = (fit_perceptrons(data, short, 60, 0) for _ in range(2))
    for weights, again in zip(one.weights, same.weights, strict=True):
        for kernel, kernel_again in zip(weights, again, strict=True):
            np.testing.assert_array_equal(kernel, kernel_again)
    assert not np.allclose(one.weights[0][0], one.weights[1][0])
    # The second is the first of a training whose seed is one higher.
    np.testing.assert_array_equal(
        fit_perceptrons(data, replace(short, number=1), 60, 1).weights[0][0], one.weights[1][0]
    )


def test_logits_are_the_mean_and_far_values_are_cut(rng):
    def layers(scale):
        return [np.eye(2, dtype=np.float32), np.zeros(2, np.float32), scale * np.eye(2, dtype=np.float32), np.ones(2)]

    mean, deviation = np.array([1.0, 0.0], np.float32), np.array([2.0, 1.0], np.float32)
    both = Perceptrons(mean, deviation, (layers(1), layers(3)))
    np.testing.assert_allclose(both.logits(np.array([[5.0, -1.0]], np.float32)), [[2 * 2 + 1, 1]])
    np.testing.assert_allclose(both.logits(np.array([[1e6, 0.0]], np.float32)), [[2 * CLIP_AT + 1, 1]])


def test_an_emotion_is_not_unlearned_from_a_corpus_that_lacks_it(draw):
    data = draw(("a", "b"))
    fitted = fit_perceptrons(data, KNOBS, 60, 0)
    calm = data.truth == 1
    assert softmax(fitted.logits(data.functionals[calm, 0]))[:, 1].mean() > 0.7


def test_tells_of_its_epochs_numbered_through(draw):
    told: list[Epoch] = []
    fit_perceptrons(draw(), replace(KNOBS, number=2, epochs=3), 60, 0, told.append)
    assert [epoch.number for epoch in told] == [1, 2, 3, 4, 5, 6]
    assert told[2].loss < told[0].loss


def test_few_clips_are_gone_over_more_often_and_many_as_often_as_said(draw):
    data, short = draw(), replace(KNOBS, epochs=2)  # 360 clips and their copies are 22 steps an epoch

    def trained(least_steps: int) -> tuple[Perceptrons, float]:
        told: list[Epoch] = []
        fitted = fit_perceptrons(data, replace(short, least_steps=least_steps), 60, 0, told.append)
        assert len(told) == 2
        return fitted, told[-1].loss

    as_said, loss = trained(1)
    enough, _ = trained(44)
    np.testing.assert_array_equal(enough.weights[0][0], as_said.weights[0][0])
    _, loss_of_more = trained(400)
    assert loss_of_more < 0.8 * loss
