"""The linear model on functionals against made-up data whose answer is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ser_core.corpora import Utterance
from ser_core.labels import Emotion
from ser_core.training.dataset import Dataset
from ser_core.training.linear import fit_linear

LABELS = (Emotion.NEUTRAL, Emotion.CALM, Emotion.ANGRY)


@pytest.fixture
def draw(rng):
    """Clips of six voices; the emotion moves value 0 or 1, the voice value 2, the rest is noise."""

    def made(voice_shift: float, corpora=("a",)):
        rows, truth, who = [], [], []
        for corpus in corpora:
            for voice in range(6):
                shift = voice_shift * rng.normal()
                for label in range(3):
                    if corpus == "b" and label == 1:
                        continue
                    for _ in range(20):
                        x = rng.normal(size=6)
                        x[0] += 3 * (label == 2)
                        x[1] += 3 * (label == 1)
                        x[2] += shift
                        rows.append(x)
                        truth.append(label)
                        who.append((corpus, f"v{voice}"))
        return Dataset(
            tuple(Utterance(Path(str(i)), LABELS[t], *w) for i, (t, w) in enumerate(zip(truth, who, strict=True))),
            (),
            np.array(rows, dtype=np.float32)[:, None],
            np.array(truth),
            np.array([[True, corpus == "a", True] for corpus, _ in who]),
            LABELS,
        )

    return made


def fitted(data, **changes):
    how = {"penalty": 1.0, "voice_penalty": 0.0} | changes
    return fit_linear(data, **how)


def test_finds_the_values_that_tell_the_emotions(draw):
    data = draw(0.0)
    linear = fitted(data)
    answers = linear.scores(data.functionals[:, 0]).argmax(axis=1)
    assert (answers == data.truth).mean() > 0.85
    assert abs(linear.weights[0, 2]) > 5 * abs(linear.weights[3:, 2]).max()


def test_equals_ridge_regression_of_scikit_learn(draw):
    from sklearn.linear_model import Ridge

    data = draw(1.0)
    linear = fitted(data, penalty=7.0)
    x = linear.standardised(data.functionals[:, 0])
    target = np.eye(3)[data.truth]
    # Theirs without an intercept on a centred target is the same problem.
    reference = Ridge(alpha=7.0, fit_intercept=False).fit(x, target - target.mean(axis=0))
    np.testing.assert_allclose(linear.weights, reference.coef_.T, atol=1e-6)


def test_a_penalty_on_voices_keeps_scores_from_following_the_voice(draw):
    data = draw(5.0)
    voices = np.array([u.voice for u in data.utterances])

    def spread_over_voices(linear):
        scores = linear.scores(data.functionals[:, 0])
        return np.std([scores[voices == voice].mean(axis=0) for voice in np.unique(voices)], axis=0).max()

    free, held = fitted(data), fitted(data, voice_penalty=1e5)
    # Each voice has as many clips of each emotion, so what differs between their averages is the voice.
    assert spread_over_voices(held) < 0.3 * spread_over_voices(free)
    assert (held.scores(data.functionals[:, 0]).argmax(axis=1) == data.truth).mean() > 0.65


def test_an_emotion_is_not_learned_from_a_corpus_that_lacks_it(draw):
    both = draw(0.0, corpora=("a", "b"))
    linear = fitted(both)
    # In corpus a alone a third of the clips are calm.
    assert linear.bias[1] == pytest.approx(1 / 3)
    assert linear.bias[0] == pytest.approx(40 / 100, abs=0.02)


def test_voices_with_many_clips_do_not_drown_the_rest(draw):
    data = draw(0.0)
    angry = [i for i, u in enumerate(data.utterances) if u.voice == "a:v0" and u.emotion is Emotion.ANGRY]
    rows = [*range(len(data)), *angry * 5]
    more = replace(
        data,
        utterances=tuple(data.utterances[i] for i in rows),
        functionals=data.functionals[rows],
        truth=data.truth[rows],
        possible=data.possible[rows],
    )
    # Five voices with a third of their 60 clips angry; the sixth counts as 60 clips too, three quarters of them angry.
    assert fitted(more).bias[2] == pytest.approx((5 * 20 + 45) / 360)
