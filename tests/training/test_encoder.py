"""The small model on a pretrained encoder, trained on tones: from recordings to the file that is served."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ser_core.errors import ModelError
from ser_core.models.card import WEIGHTS_FILE
from ser_core.models.opening import open_runner
from ser_core.nets.whisper import Recogniser, ShallowRecogniser, Shape
from ser_core.nets.whisper.quantised import read_quantised, write_quantised
from ser_core.recipes import WHISPER_SHALLOW
from ser_core.recipes.encoder import DisturbedKnobs, EarlyKnobs
from ser_core.training.encoder import EncoderTrainer, begin_with
from ser_core.training.predictions import predict
from ser_core.training.trainer import Task

SMALL = Shape(width=32, n_blocks=2, n_heads=2, hidden=64, channels=16, n_weightings=2, head_hidden=32, n_early=1)
RECIPE = replace(
    WHISPER_SHALLOW,
    early=EarlyKnobs(n_steps=120, batch_size=32, rate=1e-2, dropout=0.2),
    disturbed=DisturbedKnobs(copies=1),
)


@pytest.fixture
def pretrained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Networks are small, and one of random weights stands where the committed model's stand."""
    small = replace(SMALL, early_hidden=16)
    for name, kind in (("Recogniser", Recogniser), ("ShallowRecogniser", ShallowRecogniser)):
        made = partial(kind, shape=small)
        monkeypatch.setattr(f"ser_core.nets.whisper.network.{name}", made)
        monkeypatch.setattr(f"ser_core.training.encoder.{name}", made)
    folder = tmp_path / "models" / "whisper"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    fresh = Recogniser(shape=small).to_arrays()
    weights = {name: rng.normal(0, 0.2, values.shape).astype(np.float32) for name, values in fresh.items()}
    write_quantised(folder / WEIGHTS_FILE, weights)
    monkeypatch.setenv("SER_MODELS_DIR", str(folder.parent))
    return folder


def prepared(trainer, tones, tmp_path, told=lambda done, total: None):
    return trainer.prepare(tones, 0, tmp_path / "cache", told)


def test_it_hears_new_voices_through_the_files_it_leaves(tones, pretrained, tmp_path):
    train = [u for u in tones if u.speaker in ("ann", "bob", "cem")]
    test = [u for u in tones if u.speaker == "fox"]
    trainer = EncoderTrainer(RECIPE)
    fitted = trainer.fit(prepared(trainer, tones, tmp_path), Task(train))
    card = trainer.export(fitted, tmp_path / "made")
    answers = predict(open_runner(card, tmp_path / "made").logits, card.labels, test)
    assert answers.evaluation.wa >= 0.75
    # The encoder is the one that it began with, and nothing above the first layers is there.
    stored, began = read_quantised(tmp_path / "made" / WEIGHTS_FILE), read_quantised(pretrained / WEIGHTS_FILE)
    assert {name.split("/")[0] for name in stored} == {"encoder", "early_head"}
    assert not any("block_2" in name for name in stored)
    np.testing.assert_allclose(stored["encoder/block_1/qkv/kernel"], began["encoder/block_1/qkv/kernel"], atol=1e-3)


def test_statistics_of_a_voice_are_made_once_whoever_else_is_there(tones, pretrained, tmp_path, monkeypatch):

    def statistics(utterances):
        data = prepared(EncoderTrainer(RECIPE), utterances, tmp_path)
        return data.statistics(data.are_among(utterances)).copy()

    ann, bob = ([u for u in tones if u.speaker == name][:6] for name in ("ann", "bob"))
    both = statistics([*ann, *bob])
    monkeypatch.setattr(
        "ser_core.training.whisper.statistics.Statistics.of", lambda *args, **named: pytest.fail("Again.")
    )
    np.testing.assert_array_equal(statistics([*ann, *bob]), both)
    np.testing.assert_array_equal(statistics(bob), both[:, len(ann) :])
    with pytest.raises(pytest.fail.Exception, match="Again"):
        statistics(ann[:3])


def test_statistics_are_made_of_those_alone_who_train(tones, pretrained, tmp_path):
    ann, bob = ([u for u in tones if u.speaker == name][:6] for name in ("ann", "bob"))
    data = prepared(EncoderTrainer(RECIPE), [*ann, *bob], tmp_path)
    found = data.statistics(data.are_among(ann))
    assert found[:, :6].any()
    assert not found[:, 6:].any()


def test_a_finished_training_is_taken_up(tones, pretrained, tmp_path, monkeypatch):
    trainer, some = EncoderTrainer(RECIPE), tones[:24]
    task = Task(some, checkpoint_dir=tmp_path / "training")
    fitted = trainer.fit(prepared(trainer, tones, tmp_path), task)
    assert fitted.trained_now
    monkeypatch.setattr("ser_core.training.whisper.pack.pack_of", lambda *args: pytest.fail("Decoded again."))
    again = trainer.fit(prepared(trainer, tones, tmp_path), task)
    assert not again.trained_now
    assert again.model.keys() == fitted.model.keys()
    with pytest.raises(ModelError, match="other data or settings"):
        trainer.fit(prepared(trainer, tones, tmp_path), replace(task, train=some[:3]))


def test_without_weights_to_begin_with_it_says_what_to_give(pretrained):
    (pretrained / WEIGHTS_FILE).unlink()
    with pytest.raises(ModelError, match="Let SER_ENCODER name the weights"):
        begin_with(ShallowRecogniser(shape=SMALL))
