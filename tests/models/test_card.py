import json
import math
from dataclasses import fields, replace

import pytest
from jsonschema import Draft202012Validator

from ser_core.config import PROJECT_DIR, Settings
from ser_core.errors import ModelError
from ser_core.features.log_mel import LogMelConfig
from ser_core.labels import Emotion
from ser_core.models import card_schema
from ser_core.models.card import (
    SERVED_FILE,
    ClassicCard,
    EncoderCard,
    ModelCard,
    list_models,
    load_card,
    read_verified,
    save_card,
)
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


def put(*path_and_value):
    """Sets a field that lies at a path to a value, or removes it."""
    *path, last, value = path_and_value

    def spoil(card):
        place = card
        for part in path:
            place = place[part]
        if value is GONE:
            del place[last]
        else:
            place[last] = value
        return card

    return spoil


GONE = object()
EMOTIONS = [emotion.value for emotion in Emotion]
FIGURES = ("metrics", "protocol ravdess-actors")
SPOILT = [
    (lambda card: None, "a card is a JSON object; it holds null"),
    (lambda card: [card], "a card is a JSON object"),
    (put("kind", "network"), "kind: .* is not a kind of model"),
    (put("kind", None), "kind: null is not a kind"),
    (put("schema_version", "2"), 'schema_version: "2" is not 2'),
    (put("name", "../crnn"), "name: "),
    (put("summary", "a\nb"), "summary: "),
    (put("labels", None), "labels: null is not of the type array"),
    (put("labels", ["bored", "happy"]), 'labels.0: "bored" is none of neutral, calm'),
    (put("labels", [*EMOTIONS[:7], "neutral"]), "labels: .* has an entry twice"),
    (put("labels", ["happy"]), "labels: "),
    (put("labels", EMOTIONS[:7]), "neutral_logits: 8 values for 7 labels"),
    (put("calibration", GONE), "the card: calibration is missing"),
    (put("calibration", "temperature", 0), "calibration.temperature: 0 is not above 0.01"),
    (put("calibration", "temperature", -1.5), "calibration.temperature: -1.5 is not above"),
    (put("calibration", "temperature", float("nan")), "it holds NaN, which is no number"),
    (put("calibration", "temperature", float("inf")), "it holds Infinity"),
    (put("calibration", "temperature", 1e5), "calibration.temperature: 100000.0 is above 100"),
    (put("calibration", "temperature", True), "calibration.temperature: true is not of the type number"),
    (put("calibration", "unsure_below", 1.01), "calibration.unsure_below: 1.01 is above 1"),
    (put("calibration", "pair_below", -0.1), "calibration.pair_below: -0.1 is below 0"),
    (put("calibration", "enrolment", "strength", 5), "calibration.enrolment.strength: 5 is above 2"),
    (put("calibration", "enrolment", "neutral_logits", [0.0] * 7), "7 values for 8 labels"),
    (put("calibration", "enrolment", "neutral_logits", 0, 1e9), "neutral_logits.0: .* is above 1000"),
    (put("calibration", "cooling", 1), "calibration: .*cooling"),
    (put("corpora", "ravdess", "licence", None), "corpora.ravdess.licence: null"),
    (put("corpora", "ravdess", "training_clips", -1), "training_clips: -1 is below 0"),
    (put("protocol", "kind", GONE), "protocol: "),
    (put(*FIGURES, "ua", 1.2), "ua: 1.2 is above 1"),
    (put(*FIGURES, "n", None), "n: null is not of the type integer"),
    (put(*FIGURES, "per_class", {"bored": {}}), "per_class: "),
    (put(*FIGURES, "confusion", [[1, 2], [3, 4]]), "confusion: it is not a table of 8 rows and columns"),
    (put("training", "minutes", "long"), "training.minutes: "),
    (put("files", {"../model.tflite": 64 * "0"}), "files: "),
    (put("files", "model.tflite", "0" * 63), "files.model.tflite: "),
    (put("made_with", "numpy", 2), "made_with.numpy: 2 is not of the type string"),
    (put("features", None), "features: null is not of the type object"),
    (put("features", "rate_hz", 44_100), "features.rate_hz: 44100 is not 16000"),
    (put("features", "hop_length", 0), "features.hop_length: 0 is below 16"),
    (put("features", "fmin_hz", 8000), "fmin_hz: 8000 is not below fmax_hz"),
    (put("features", "win_length", 2048), "win_length: 2048 is longer than n_fft"),
    (put("n_frames", 0), "n_frames: 0 is below 1"),
    (put("n_frames", 10**30), "n_frames: .* is above 10000"),
    (put("nickname", "c"), "the card: .*nickname"),
]


@pytest.mark.parametrize("spoil, said", SPOILT, ids=[said for _, said in SPOILT])
def test_a_card_with_a_field_out_of_its_range_is_refused_and_the_field_named(copied_model, spoil, said):
    path = copied_model / "card.json"
    path.write_text(json.dumps(spoil(json.loads(path.read_text()))))
    with pytest.raises(ModelError, match=rf"card.json is not a model card that can be (used|read): .*{said}"):
        load_card(copied_model.name, copied_model.parent)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe{}", b"{}" * 2, b"[" * 100_000, b'{"schema_version": 2, "n_frames": 1e999}']
)
def test_what_is_no_json_is_refused(copied_model, content):
    (copied_model / "card.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"card.json is not a model card that can be .* Restore the model folder"):
        load_card(copied_model.name, copied_model.parent)


def test_a_card_is_checked_when_it_is_written_and_again_when_it_was_changed(copied_model, monkeypatch):
    name, path = copied_model.name, copied_model / "card.json"
    with monkeypatch.context() as patched:
        patched.setattr("ser_core.models.card_schema._validator", lambda kind: pytest.fail("Checked again."))
        load_card(name, copied_model.parent)
        path.write_text(path.read_text().replace('"n_frames": ', '"n_frames": 1'))
        with pytest.raises(pytest.fail.Exception, match="Checked again"):
            load_card(name, copied_model.parent)


@pytest.mark.parametrize("kind", ["whisper", "whisper-shallow", "crnn"])
def test_the_committed_cards_bear_their_seal(kind):
    content = json.loads((PROJECT_DIR / "models" / kind / "card.json").read_text("utf-8"))
    assert card_schema.sealed({name: value for name, value in content.items() if name != "checked"}) == content


def test_every_field_of_a_card_stands_in_the_schema():
    schema = json.loads((PROJECT_DIR / "ser_core/models/card.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    allowed = schema["$defs"]["card"]["properties"].keys()
    for kind, record in (("network", ModelCard), ("classic", ClassicCard), ("encoder", EncoderCard)):
        more = schema["$defs"][kind]["properties"].keys()
        assert {*allowed, *more} - {"schema_version", "kind", "checked"} == {field.name for field in fields(record)}
    assert schema["$defs"]["emotion"]["enum"] == EMOTIONS
    features = schema["$defs"]["logMel"]["properties"].keys()
    assert features == {field.name for field in fields(LogMelConfig)}


def test_a_card_that_would_not_be_read_again_is_not_written(copied_model):
    before = (copied_model / "card.json").read_bytes()
    card = load_card(copied_model.name, copied_model.parent)
    spoilt = replace(card, calibration=replace(card.calibration, temperature=math.nan))
    with pytest.raises(ModelError, match="would not be read again"):
        save_card(spoilt, copied_model)
    assert (copied_model / "card.json").read_bytes() == before


def test_a_card_that_names_fewer_emotions_than_the_file_answers_with_is_refused(copied_model):
    path = copied_model / "card.json"
    card = json.loads(path.read_text())
    card["labels"], card["metrics"] = EMOTIONS[:7], {}
    del card["calibration"]["enrolment"]
    path.write_text(json.dumps(card))
    with pytest.raises(ModelError, match="its card names 7 emotions"):
        load_recogniser(copied_model.name, Settings(models_dir=copied_model.parent))


@pytest.mark.parametrize("name", ["../crnn", "../models/crnn", "crnn/../crnn", "..", "", ".", "/etc", "crnn/", "a\0b"])
def test_the_name_of_a_model_does_not_lead_out_of_the_folder(name, model_dir):
    settings = Settings(models_dir=model_dir.parent, model=name)
    with pytest.raises(ModelError, match=r"There is no model .*There are: .*crnn"):
        load_recogniser(None, settings)


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
