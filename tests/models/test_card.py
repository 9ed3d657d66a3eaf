import json
from dataclasses import replace

import pytest

from ser_core.config import Settings
from ser_core.errors import ModelError
from ser_core.models.card import SERVED_FILE, list_models, load_card, read_verified, save_card
from ser_core.recognition.recogniser import load_recogniser


@pytest.fixture
def copied_model(tmp_path, model_dir):
    """A copy of the committed model that a test may spoil."""
    folder = tmp_path / model_dir.name
    folder.mkdir()
    for file in model_dir.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_a_card_comes_back_as_it_was_saved(copied_model):
    card = load_card(copied_model.name, copied_model.parent)
    save_card(card, copied_model)
    assert load_card(copied_model.name, copied_model.parent) == card


def test_every_file_of_the_committed_model_is_what_its_card_says(model_dir):
    card = load_card(model_dir.name, model_dir.parent)
    for file in card.files:
        read_verified(card, model_dir, file)
    assert {path.name for path in model_dir.iterdir()} == {*card.files, "card.json"}


def test_an_altered_file_is_refused(copied_model):
    served = copied_model / SERVED_FILE
    served.write_bytes(served.read_bytes()[:-1] + b"\x00\x01")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        load_recogniser(copied_model.name, Settings(models_dir=copied_model.parent))


def test_a_missing_file_is_named(copied_model):
    (copied_model / SERVED_FILE).unlink()
    with pytest.raises(ModelError, match=SERVED_FILE):
        load_recogniser(copied_model.name, Settings(models_dir=copied_model.parent))


@pytest.mark.parametrize("name", ["absent", "../crnn", "..", "", "/etc"])
def test_an_unknown_name_and_a_path_are_refused_with_what_there_is(name, model_dir):
    with pytest.raises(ModelError, match=r"There are: .*crnn"):
        load_card(name, model_dir.parent)


def test_a_card_of_another_schema_is_refused_with_what_to_do(copied_model):
    path = copied_model / "card.json"
    path.write_text(path.read_text().replace('"schema_version": 2', '"schema_version": 1'))
    with pytest.raises(ModelError, match=r"is of schema 1, and this program reads schema 2: .* Train it anew\."):
        load_card(copied_model.name, copied_model.parent)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda card: card | {"labels": ["bored"]},
        lambda card: {k: v for k, v in card.items() if k != "calibration"},
    ],
)
def test_a_card_that_cannot_be_read_is_refused(copied_model, spoil):
    path = copied_model / "card.json"
    path.write_text(json.dumps(spoil(json.loads(path.read_text()))))
    with pytest.raises(ModelError, match="not a model card"):
        load_card(copied_model.name, copied_model.parent)


def test_a_folder_without_a_card_is_no_model(tmp_path):
    (tmp_path / "half").mkdir()
    assert list_models(tmp_path) == ()


def test_the_gap_of_confidence_is_that_of_the_test_speakers_by_clips(model_dir):
    card = load_card(model_dir.name, model_dir.parent)
    metrics = {
        "validation a": {"n": 100, "calibration_error": 0.9},
        "test a": {"n": 30, "calibration_error": 0.1},
        "test b": {"n": 10, "calibration_error": 0.3},
    }
    assert replace(card, metrics=metrics).confidence_gap == pytest.approx(0.15)
    assert replace(card, metrics={}).confidence_gap is None
