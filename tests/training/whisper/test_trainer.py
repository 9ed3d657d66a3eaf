"""A small network on tones: everything from packed samples to averaged weights."""

from dataclasses import replace

import numpy as np
import pytest
from keras.utils import set_random_seed

from ser_core.labels import Emotion
from ser_core.nets.whisper import Recogniser, Shape
from ser_core.recipes.encoder import WHISPER
from ser_core.training.whisper.drawing import chances, drawn_ids
from ser_core.training.whisper.pack import RATE_HZ, Pack
from ser_core.training.whisper.targets import targets_of
from ser_core.training.whisper.trainer import Trainer

ANGRY, SAD = (list(Emotion).index(e) for e in (Emotion.ANGRY, Emotion.SAD))


def pack_of_tones(rng: np.random.Generator) -> Pack:
    """High tones are angry, low ones sad; one clip of plain speech and one noise at the end."""
    length = RATE_HZ // 2
    kinds = ["ravdess", "crema-d"] * 8 + ["plain", "noise"]
    emotions = [ANGRY, ANGRY, SAD, SAD] * 4 + [-1, -1]
    t = np.arange(length) / RATE_HZ
    clips = [np.sin(2 * np.pi * (2000 if e == ANGRY else 300) * t + rng.uniform(0, 6)) for e in emotions]
    clips = [c + 0.05 * rng.standard_normal(length) for c in clips]
    n = len(kinds)
    return Pack(
        (np.concatenate(clips) * 16000).astype(np.int16),
        (np.arange(n) * length).astype(np.int32),
        np.full(n, length, np.int32),
        np.array(kinds),
        np.array(emotions, np.int32),
        np.array([f"{k}:{i % 4}" for i, k in enumerate(kinds)]),
        np.array([f"{i}.wav" for i in range(n)]),
    )


@pytest.fixture
def pack(rng: np.random.Generator) -> Pack:
    return pack_of_tones(rng)


@pytest.mark.slow
def test_learns_high_from_low_and_begins_anew(pack: Pack):
    set_random_seed(0)
    shape = Shape(width=16, n_blocks=1, n_heads=2, hidden=32, channels=16, n_weightings=2, head_hidden=16, n_early=0)
    recipe = replace(
        WHISPER,
        batch_size=8,
        clip_s=1.0,
        n_steps=100,
        n_frozen=0,
        head_rate=2e-2,
        encoder_rate=2e-3,
        averaging=0.8,
        strength=0.0,
        masks=0.0,
        draws=(("ravdess", 1.0), ("crema-d", 1.0), ("plain", 0.0), ("noise", 0.0)),
    )
    trainer = Trainer(Recogniser(shape=shape), pack, recipe, steps_a_call=20, tested_seconds=1.0, tested_batch=16)
    losses: list[float] = []
    trained = np.ones(len(pack.corpus), bool)
    weights = trainer.train(trained, lambda done, loss: losses.append(loss))
    answers = trainer.logits(weights, np.arange(16))
    assert (answers[:, [SAD, ANGRY]].argmax(axis=1) == (pack.emotion[:16] == ANGRY)).all()
    again = trainer.train(trained)
    np.testing.assert_allclose(np.asarray(again[0]), np.asarray(weights[0]), atol=1e-4)
    noisy = trainer.logits(weights, np.arange(16), coloured=True)
    assert np.isfinite(noisy).all()
    assert np.abs(noisy - answers).max() > 1e-3


def test_draws_only_what_trains_and_every_voice_alike(pack: Pack, rng: np.random.Generator):
    trained = np.arange(len(pack.corpus)) >= 4
    chance = chances(pack, trained, lambda corpus: float(corpus in ("ravdess", "crema-d")))
    assert chance[:4].sum() == 0
    ids = drawn_ids(chance, (4000,), rng)
    assert trained[ids].all()
    assert np.mean(pack.corpus[ids] == "ravdess") == pytest.approx(0.5, abs=0.05)


def test_targets_mask_what_a_corpus_lacks(pack: Pack):
    targets = targets_of(pack, replace(WHISPER, smoothing=0.1))
    np.testing.assert_allclose(targets.wanted.sum(axis=1), 1, atol=1e-6)
    assert targets.allowed[0].sum() == 2
    assert targets.wanted[0, ANGRY] == pytest.approx(0.9 + 0.05)
    assert targets.calm.tolist() == [0] * 16 + [1, 0]
