"""Training from sound files to a model folder, on a corpus of tones that takes seconds."""

import json
import shutil
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ser_core import audio
from ser_core.augment import Copies, at_speed
from ser_core.corpora import load_corpus
from ser_core.errors import CorpusError, ModelError
from ser_core.features.model_input import model_input
from ser_core.labels import Emotion
from ser_core.models.card import load_card
from ser_core.models.measured import refresh_card
from ser_core.recipes import get_recipe
from ser_core.recognition.recogniser import recogniser_from
from ser_core.training import loop
from ser_core.training.dataset import Dataset, prepare
from ser_core.training.run import Listener, train

RECIPE = replace(
    get_recipe("crnn"), n_frames=64, epochs=4, n_disturbed=1, n_perceptrons=1, statistics_copies=Copies(disturbed=1)
)


@pytest.fixture(scope="module")
def data(tiny_corpus, tmp_path_factory) -> Dataset:
    utterances = load_corpus("folder", tiny_corpus)
    cache = tmp_path_factory.mktemp("frames")
    labels = (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY)
    return prepare(utterances, labels, RECIPE.features, n_disturbed=1, copies=Copies(), seed=0, cache_dir=cache)


@pytest.fixture
def schedule() -> loop.Schedule:
    return loop.Schedule(n_frames=64, epochs=3, batch_size=16, average=0.5)


def weights_of(trained: loop.Trained) -> np.ndarray:
    return np.concatenate([np.ravel(w).astype(np.float64) for w in trained.weights])


def test_statistics_at_other_speeds_stand_behind_the_others_and_are_those_of_the_faster_clip(tiny_corpus, tmp_path):
    utterances = load_corpus("folder", tiny_corpus)[:2]
    copies = Copies(disturbed=1, speeds=(0.9, 1.2), noisy=1)
    how = {"n_disturbed": 1, "copies": copies, "seed": 0, "cache_dir": tmp_path}
    made, read = (prepare(utterances, (Emotion.ANGRY,), RECIPE.features, **how) for _ in range(2))
    assert made.functionals.shape[:2] == (2, 5)
    np.testing.assert_array_equal(made.functionals, read.functionals)
    faster = at_speed(audio.read_clip(utterances[1].path), 1.2)
    expected = model_input(faster, RECIPE.features).functionals
    np.testing.assert_allclose(made.functionals[1, 3], expected, rtol=1e-3, atol=1e-3)  # of other sums of float32


def test_nobody_else_is_heard_behind_a_voice(tiny_corpus, tmp_path):
    everyone = sorted(load_corpus("folder", tiny_corpus), key=lambda u: u.voice)[:40]
    one = [u for u in everyone if u.voice == everyone[0].voice]
    how = {"n_disturbed": 4, "copies": Copies(disturbed=2, noisy=2), "seed": 0}
    together, alone = (
        prepare(clips, tuple(Emotion), RECIPE.features, cache_dir=tmp_path / name, **how)
        for clips, name in ((everyone, "together"), (one, "alone"))
    )
    assert len(alone) < len(together)
    np.testing.assert_array_equal(alone.functionals, together.functionals[: len(alone)])
    for copies, also in zip(alone.frames, together.frames, strict=False):
        for one, same in zip(copies, also, strict=True):
            np.testing.assert_array_equal(one, same)


def test_frames_are_made_once_and_read_back_the_same(tiny_corpus, tmp_path):
    utterances = load_corpus("folder", tiny_corpus)[:6]
    seen: list[tuple[int, int]] = []
    made, read = (
        prepare(
            utterances,
            (Emotion.ANGRY,),
            RECIPE.features,
            n_disturbed=2,
            copies=Copies(),
            seed=0,
            cache_dir=tmp_path,
            on_progress=lambda done, total: seen.append((done, total)),
        )
        for _ in range(2)
    )
    assert seen[-1] == (6, 6)
    assert len(list(tmp_path.rglob("*.npz"))) == 1
    for one, other in zip(made.frames, read.frames, strict=True):
        assert len(one) == 3
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.slow
def test_an_interrupted_training_ends_as_an_uninterrupted_one(data, schedule, tmp_path):
    uninterrupted = loop.fit(data, data, schedule)

    class StopHereError(Exception):
        pass

    def interrupt(epoch: loop.Epoch) -> None:
        if epoch.number == 2:
            raise StopHereError

    with pytest.raises(StopHereError):
        loop.fit(data, data, schedule, checkpoint_dir=tmp_path, on_epoch=interrupt)
    numbers: list[int] = []
    resumed = loop.fit(data, data, schedule, checkpoint_dir=tmp_path, on_epoch=lambda e: numbers.append(e.number))
    assert numbers == [3]
    assert [e.loss for e in resumed.history] == pytest.approx([e.loss for e in uninterrupted.history], rel=1e-4)
    np.testing.assert_allclose(weights_of(resumed), weights_of(uninterrupted), atol=1e-4)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_network_and_another_another(data, schedule):
    once = replace(schedule, epochs=1)
    one, same = loop.fit(data, None, once), loop.fit(data, None, once)
    other = loop.fit(data, None, replace(once, seed=1))
    # Threads may add floats in another order.
    np.testing.assert_allclose(weights_of(one), weights_of(same), atol=1e-5)
    assert np.abs(weights_of(one) - weights_of(other)).max() > 0.01


def test_a_checkpoint_of_other_settings_is_refused(data, schedule, tmp_path):
    once = replace(schedule, epochs=1)
    loop.fit(data, None, once, checkpoint_dir=tmp_path)
    with pytest.raises(ModelError, match="other data or settings"):
        loop.fit(data, None, replace(once, learning_rate=1e-3), checkpoint_dir=tmp_path)


@pytest.mark.slow
def test_from_sound_files_to_a_model_that_hears(tiny_corpus, tmp_path):
    epochs: list[int] = []
    card = train(
        RECIPE,
        {"folder": tiny_corpus},
        tmp_path / "tones",
        epochs=6,
        seed=1,
        validation=["eva"],
        test=["fox"],
        listener=Listener(on_epoch=lambda epoch, total: epochs.append(epoch.number)),
    )
    assert epochs == list(range(1, 25))  # six of each of the two networks, twelve of the perceptron, numbered through
    assert card == load_card("tones", tmp_path)
    assert card.protocol["test"] == ["folder:fox"]
    assert set(card.metrics) == {"validation folder", "test folder"}
    assert card.metrics["test folder"]["n"] == 12
    # Tones three octaves apart: whatever learns at all tells them apart better than chance's third.
    assert card.metrics["test folder"]["ua"] > 0.6
    assert {path.name for path in (tmp_path / "tones").iterdir()} == {*card.files, "card.json"}
    readme = (tmp_path / "tones" / "README.md").read_text()
    assert f"{card.metrics['test folder']['ua']:.3f}" in readme
    recogniser = recogniser_from(tmp_path / "tones")
    clip = audio.read_clip(tiny_corpus / "sad" / "fox" / "0.wav")
    assert set(recogniser.predict(clip).scores) == {Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY}
    assert json.loads((tmp_path / "tones" / "card.json").read_text())["training"]["seed"] == 1


def test_one_emotion_is_nothing_to_tell_apart(tiny_corpus, tmp_path):
    shutil.copytree(tiny_corpus / "sad", tmp_path / "own" / "sad")
    with pytest.raises(CorpusError, match="two emotions"):
        train(RECIPE, {"folder": tmp_path / "own"}, tmp_path / "out")


@pytest.fixture
def figures() -> dict[str, Any]:
    """What a protocol measured, as `ser evaluate --save` keeps it."""
    return {
        "n": 40,
        "ua": 0.61,
        "ua_deviation": 0.04,
        "ua_interval": [0.52, 0.7],
        "wa": 0.6,
        "macro_f1": 0.59,
        "per_class": {},
        "labels": ["angry", "happy", "sad"],
        "confusion": [[9, 1, 0], [2, 11, 3], [0, 7, 7]],
        "calibration_error": 0.03,
        "answered": 0.62,
        "accuracy_of_answered": 0.78,
        "temperature": 1.3,
        "unsure_below": 0.4,
        "pair_below": 0.1,
        "under": {"noise at 10 dB": 0.5},
        "own_voice": {"strength": 0.5, "neutral_logits": [1, 2, 3], "n": 36, "ua_with": 0.66, "ua_without": 0.6},
    }


@pytest.mark.slow
def test_where_everyone_trains_the_card_says_what_the_protocols_measured(tiny_corpus, figures, tmp_path):
    out = tmp_path / "all"
    with pytest.raises(CorpusError, match="not been measured under ravdess-actors"):
        train(RECIPE, {"folder": tiny_corpus}, out, epochs=1, measured={})
    with pytest.raises(CorpusError, match="none can be put aside"):
        train(RECIPE, {"folder": tiny_corpus}, out, epochs=1, measured={"ravdess-actors": figures}, test=["fox"])
    card = train(RECIPE, {"folder": tiny_corpus}, out, epochs=1, measured={"ravdess-actors": figures})
    assert len(card.protocol["train"]) == 6
    assert card.calibration.temperature == 1.3
    assert card.calibration.own_voice.neutral_logits == (1, 2, 3)
    assert card.confidence_gap == pytest.approx(0.03)
    assert card == load_card("all", tmp_path)
    readme = (out / "README.md").read_text()
    shown = ("0.610 ± 0.040 (0.520 to 0.700)", "0.500", "0.660 instead of 0.600", "they had not heard")
    for words in (*shown, "| happy | 2 | 11 | 3 |"):
        assert words in readme
    # What is measured later comes onto the card, unless it is of another state of the recipe.
    mine, other = {"recipe_id": card.training["recipe_id"]}, {"recipe_id": "another"}
    later = {
        "ravdess-actors": figures | other | {"ua": 0.99},
        "nemo-speakers": figures | mine | {"ua": 0.456},
        "leave-corpus-out": figures | other | {"ua": 0.987},
        "tess-random": figures | mine | {"ua": 0.999},
    }
    refreshed = refresh_card(out, later)
    assert refreshed == load_card("all", tmp_path)
    assert {part: m["ua"] for part, m in refreshed.metrics.items()} == {
        "protocol ravdess-actors": 0.61,
        "protocol nemo-speakers": 0.456,
    }
    assert refreshed.calibration == card.calibration
    assert "0.456" in (out / "README.md").read_text()
    recogniser_from(out)  # the digests are those of the files


def test_figures_go_onto_the_card_of_a_model_that_everyone_trained_alone(tiny_corpus, figures, tmp_path):
    assert refresh_card(tmp_path / "none", {"ravdess-actors": figures}) is None
    train(RECIPE, {"folder": tiny_corpus}, tmp_path / "mine", epochs=1, validation=["eva"])
    before = (tmp_path / "mine" / "card.json").read_bytes()
    assert refresh_card(tmp_path / "mine", {"ravdess-actors": figures}) is None
    assert (tmp_path / "mine" / "card.json").read_bytes() == before
