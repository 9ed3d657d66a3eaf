"""Training from sound files to a model folder, on a corpus of tones that takes seconds."""

import json
import shutil
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ser_core import audio
from ser_core.config import Settings
from ser_core.errors import CorpusError, SerError
from ser_core.features.feature_sets import get_feature_set
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.card import KERAS_FILE, SERVED_FILE, load_card, read_verified
from ser_core.models.measured import refresh_card
from ser_core.recipes import get_recipe
from ser_core.recognition.recogniser import load_recogniser
from ser_core.training.progress import Observer
from ser_core.training.train import train
from tests.training.tiny import TINY

# One small network, one epoch: where it does not matter what is learned.
ONCE = replace(TINY, net="small", epochs=1, as_recorded=(0.6,))


class Listed(Observer):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: dict[str, list[tuple[int, int]]] = {"clips": [], "epochs": [], "tested": []}

    def clips(self, done, total):
        self.told["clips"].append((done, total))

    def epoch(self, epoch, total):
        self.told["epochs"].append((epoch.number, total))

    def tested(self, done, total):
        self.told["tested"].append((done, total))


@pytest.mark.slow
def test_from_sound_files_to_a_model_that_hears(tiny_corpus, tmp_path):
    observer = Listed()
    card = train(
        replace(TINY, epochs=6),
        {"folder": tiny_corpus},
        tmp_path / "tones",
        seed=1,
        validation=["eva"],
        test=["fox"],
        observer=observer,
    )
    # Six of each of the two networks, twelve of the perceptron, numbered through.
    assert observer.told["epochs"] == [(number, 24) for number in range(1, 25)]
    assert observer.told["tested"][-1] == (24, 24)
    assert card == load_card("tones", tmp_path)
    assert card.protocol["test"] == ["folder:fox"]
    assert set(card.metrics) == {"validation folder", "test folder"}
    assert card.metrics["test folder"]["n"] == 12
    # Tones three octaves apart: whatever learns at all tells them apart better than chance's third.
    assert card.metrics["test folder"]["ua"] > 0.6
    assert {path.name for path in (tmp_path / "tones").iterdir()} == {*card.files, "card.json"}
    readme = (tmp_path / "tones" / "README.md").read_text()
    assert f"{card.metrics['test folder']['ua']:.3f}" in readme
    recogniser = load_recogniser("tones", Settings(models_dir=tmp_path))
    clip = audio.read_clip(tiny_corpus / "sad" / "fox" / "0.wav")
    assert set(recogniser.predict(clip).scores) == {Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY}
    assert json.loads((tmp_path / "tones" / "card.json").read_text())["training"]["seed"] == 1


@pytest.mark.slow
def test_a_network_on_values_answers_through_litert_as_keras_does(tiny_corpus, tones, tmp_path):
    recipe = replace(get_recipe("cnn1d-shallow"), epochs=3)
    out = tmp_path / "tones"
    card = train(recipe, {"folder": tiny_corpus}, out, validation=["eva"], test=["fox"])
    assert set(card.files) == {KERAS_FILE, SERVED_FILE, "README.md"}
    assert [row["epoch"] for row in card.training["history"]] == [1, 2, 3]
    assert all("accuracy" in row for row in card.training["history"])
    assert "`model.tflite`, which answers in the app" in (out / "README.md").read_text()
    import keras

    clip = audio.read_clip(tones[-1].path)
    values = get_feature_set(card.features).extract(clip)[None]
    stored = keras.saving.load_model(out / KERAS_FILE, compile=False)
    probabilities = np.maximum(stored.predict_on_batch(values)[0], 1e-7)
    expected = softmax(np.log(probabilities), card.calibration.temperature)
    answer = load_recogniser("tones", Settings(models_dir=tmp_path)).predict(clip)
    np.testing.assert_allclose(list(answer.scores.values()), expected, atol=1e-4)


def test_from_sound_files_to_a_card_that_says_how(tiny_corpus, tmp_path):
    observer = Listed()
    recipe = replace(get_recipe("mlp"), augment=("shift",), select=60, pca=5)
    out = tmp_path / "tones"
    card = train(recipe, {"folder": tiny_corpus}, out, seed=1, validation=["eva"], test=["fox"], observer=observer)
    # Those who are tested are heard by the trained model alone.
    assert observer.told["clips"][-1] == (60, 60)
    assert card == load_card("tones", tmp_path)
    sides = {side: card.protocol[side] for side in ("test", "validation")}
    assert sides == {"test": ["folder:fox"], "validation": ["folder:eva"]}
    assert len(card.protocol["train"]) == 4
    assert card.metrics["test folder"]["wa"] == 1
    assert card.metrics["test folder"]["n"] == 12
    assert card.training["augment"] == ("shift",) or card.training["augment"] == ["shift"]
    assert card.training["recipe_id"] == recipe.id != get_recipe("mlp").id
    for file in card.files:
        read_verified(card, out, file)
    assert {path.name for path in out.iterdir()} == {"model.skops", "README.md", "card.json"}
    assert "augmented by shift, 60 values selected, 5 principal components" in (out / "README.md").read_text()


def test_a_random_test_says_that_it_flatters(tiny_corpus, tmp_path):
    recipe = get_recipe("random-forest")
    card = train(recipe, {"folder": tiny_corpus}, tmp_path / "tones", random_test=True)
    assert "flatters" in card.protocol["kind"]
    readme = (tmp_path / "tones" / "README.md").read_text()
    assert "| test folder clips | 15 |" in readme
    assert "fitted on nobody, since nobody validated" in readme
    # A fifth of the 24 clips of each of three emotions.
    assert card.metrics["test folder"]["n"] == 15
    assert set(card.protocol["train"]) == set(card.protocol["test"])
    with pytest.raises(CorpusError, match="random test"):
        train(recipe, {"folder": tiny_corpus}, tmp_path / "tones", random_test=True, test=["fox"])


def test_a_model_takes_the_place_of_one_of_another_kind_and_of_nothing_else(tiny_corpus, tmp_path):
    out = tmp_path / "tones"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    how = {"validation": ["eva"], "test": ["fox"]}
    with pytest.raises(SerError, match="other things than a model"):
        train(get_recipe("svm"), {"folder": tiny_corpus}, out, **how)
    (out / "thesis.txt").rename(tmp_path / "thesis.txt")
    (out / "card.json").write_text("{}")
    (out / SERVED_FILE).write_bytes(b"an older network")
    train(get_recipe("svm"), {"folder": tiny_corpus}, out, **how)
    assert {path.name for path in out.iterdir()} == {"model.skops", "README.md", "card.json"}


def test_one_emotion_is_nothing_to_tell_apart(tiny_corpus, tmp_path):
    shutil.copytree(tiny_corpus / "sad", tmp_path / "own" / "sad")
    with pytest.raises(CorpusError, match="two emotions"):
        train(TINY, {"folder": tmp_path / "own"}, tmp_path / "out")


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
        "corruptions": {"noise at 10 dB": 0.5},
        "enrolment": {"strength": 0.5, "neutral_logits": [1, 2, 3], "n": 36, "ua_with": 0.66, "ua_without": 0.6},
    }


@pytest.mark.slow
def test_where_everyone_trains_the_card_says_what_the_protocols_measured(tiny_corpus, figures, tmp_path, small_net):
    out = tmp_path / "all"
    with pytest.raises(CorpusError, match="not been measured under ravdess-actors"):
        train(ONCE, {"folder": tiny_corpus}, out, measured={})
    with pytest.raises(CorpusError, match="none can be put aside"):
        train(ONCE, {"folder": tiny_corpus}, out, measured={"ravdess-actors": figures}, test=["fox"])
    card = train(ONCE, {"folder": tiny_corpus}, out, measured={"ravdess-actors": figures})
    assert len(card.protocol["train"]) == 6
    assert card.calibration.temperature == 1.3
    assert card.calibration.enrolment.neutral_logits == (1, 2, 3)
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
    load_recogniser("all", Settings(models_dir=tmp_path))  # the digests are those of the files


def test_figures_go_onto_the_card_of_a_model_that_everyone_trained_alone(tiny_corpus, figures, tmp_path):
    assert refresh_card(tmp_path / "none", {"ravdess-actors": figures}) is None
    train(get_recipe("svm"), {"folder": tiny_corpus}, tmp_path / "mine", validation=["eva"])
    before = (tmp_path / "mine" / "card.json").read_bytes()
    assert refresh_card(tmp_path / "mine", {"ravdess-actors": figures}) is None
    assert (tmp_path / "mine" / "card.json").read_bytes() == before
