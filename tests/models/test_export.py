"""Every network of the recipes in ONNX and LiteRT against Keras."""

import hashlib
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
from click.testing import CliRunner

from ser_core.audio import read_clip
from ser_core.cli import main
from ser_core.config import PROJECT_DIR
from ser_core.errors import ModelError
from ser_core.features.feature_sets import get_feature_set
from ser_core.features.model_input import fit_window
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.card import (
    KERAS_FILE,
    SERVED_FILE,
    WEIGHTS_FILE,
    Calibration,
    ClassicCard,
    digests,
    load_card,
    save_card,
)
from ser_core.models.encoder_runner import EncoderRunner, encoder_inputs
from ser_core.models.export import (
    EIGHT_BIT_TOLERANCE,
    FORMATS,
    TOLERANCE,
    exportable,
    measure,
    open_onnx,
    probe,
)
from ser_core.models.export_description import description
from ser_core.models.preparation import Preparation
from ser_core.nets import build_net
from ser_core.nets.whisper import Recogniser, Shape
from ser_core.nets.whisper.quantised import read_quantised, write_quantised
from ser_core.nets.whisper.serving import serving_model, to_lite
from ser_core.recipes import NetworkRecipe, get_recipe, recipes
from ser_core.training.classic_network import whole_network

NETWORKS = [recipe for recipe in recipes() if isinstance(recipe, NetworkRecipe)]
# At its own 64 x 64 the VGG has 8.6 million weights behind its last convolution, which take a minute to convert.
SHAPES = {"cnn2d-vgg": (16, 16)}


def decibels(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Values as they come, so that the preparation has its work to do."""
    return (30 * rng.standard_normal(shape) - 40).astype(np.float32)


def model_folder(recipe: NetworkRecipe, folder: Path, rng: np.random.Generator) -> ClassicCard:
    """A network of the recipe as it is stored, untrained but with no weight or statistic left at zero or one."""
    keras.utils.set_random_seed(0)
    shape = SHAPES.get(recipe.name, get_feature_set(recipe.features).shape)
    values = decibels((60, *shape), rng)
    preparation = Preparation(None, None, 0).fit(values, np.arange(60) % 3)
    network = build_net(recipe.net, shape if len(shape) == 2 else (*shape, 1), 7)
    for variable in network.variables:
        if variable.path.endswith(("gamma", "beta", "moving_mean", "moving_variance", "bias")):
            variable.assign(variable + rng.uniform(0.1, 0.5, variable.shape))
    folder.mkdir()
    whole_network(preparation, network, shape).save(folder / KERAS_FILE)
    return ClassicCard(
        name=folder.name,
        summary=recipe.summary,
        labels=tuple(Emotion)[:7],
        # So flat that no answer is certain: certainty would hide a difference.
        calibration=Calibration(5.0, 0.3),
        corpora={},
        protocol={},
        metrics={},
        training={},
        files=digests(folder, KERAS_FILE),
        made_with={},
        features=recipe.features,
        features_version=1,
    )


@pytest.mark.slow
@pytest.mark.parametrize("recipe", NETWORKS, ids=lambda recipe: recipe.name)
def test_a_recipes_network_gives_the_same_probabilities_in_every_format(recipe, tmp_path, rng):
    card = model_folder(recipe, tmp_path / "network", rng)
    network = exportable(card, tmp_path / "network")
    answers = {name: known.open(known.convert(network)) for name, known in FORMATS.items()}
    stored = keras.saving.load_model(tmp_path / "network" / KERAS_FILE, compile=False)
    for _ in range(4):
        inputs = {"values": decibels((1, *network.inputs[0].shape[1:]), rng)}
        probabilities = np.maximum(stored.predict_on_batch(inputs["values"]), 1e-7)
        logits = np.log(probabilities) / card.calibration.temperature
        expected = np.exp(logits) / np.exp(logits).sum()
        assert expected.max() < 0.99
        for name, answer in answers.items():
            np.testing.assert_allclose(answer(inputs), expected, atol=TOLERANCE, err_msg=name)


def test_the_table_of_formats_has_size_latency_and_difference(tmp_path, rng):
    card = model_folder(get_recipe("cnn1d-shallow"), tmp_path / "network", rng)
    network = exportable(card, tmp_path / "network")
    contents = {name: known.convert(network) for name, known in FORMATS.items()}
    table = measure(card, network, contents, (tmp_path / "network" / KERAS_FILE).stat().st_size)
    assert [row.format for row in table] == ["keras", "onnx", "tflite"]
    assert [row.size_mb * 1e6 for row in table[1:]] == [len(content) for content in contents.values()]
    # LiteRT is orders of magnitude faster than Keras' predict; a factor of two is sure also on a busy machine.
    assert table[2].latency_ms < table[0].latency_ms / 2
    assert max(row.difference for row in table) < TOLERANCE


@pytest.mark.slow
def test_the_served_network_gives_the_same_probabilities_in_every_format(model_dir, samples_dir, recogniser):
    card = load_card(model_dir.name, model_dir.parent)
    network = exportable(card, model_dir)
    answers = {name: known.open(known.convert(network)) for name, known in FORMATS.items()}
    stored = keras.saving.load_model(model_dir / KERAS_FILE, compile=False)
    heard = [recogniser.runner.windows(read_clip(path))[0].given for path in sorted(samples_dir.glob("*.flac"))]
    given = [
        {"log_mel": fit_window(one.frames, card.n_frames)[None], "functionals": one.functionals[None]} for one in heard
    ]
    for inputs in [*given, probe(card, 0)]:
        expected = softmax(
            stored.predict_on_batch({e.name: inputs[e.name] for e in stored.inputs}), card.calibration.temperature
        )
        for name, answer in answers.items():
            np.testing.assert_allclose(answer(inputs), expected, atol=TOLERANCE, err_msg=name)


def test_the_temperature_is_part_of_the_exported_network(tmp_path, rng):
    card = model_folder(get_recipe("cnn1d-shallow"), tmp_path / "network", rng)
    sharp, flat = (
        exportable(replace(card, calibration=Calibration(temperature, 0.0)), tmp_path / "network")
        for temperature in (0.5, 5.0)
    )
    inputs = probe(card, 0)
    assert sharp.predict_on_batch(inputs).max() > flat.predict_on_batch(inputs).max() + 0.05


def test_a_model_that_is_no_network_or_was_altered_cannot_be_exported(tmp_path, rng):
    card = model_folder(get_recipe("cnn1d-shallow"), tmp_path / "network", rng)
    with pytest.raises(ModelError, match=r"no network.*model\.skops"):
        exportable(replace(card, files={"model.skops": "0"}), tmp_path / "network")
    (tmp_path / "network" / KERAS_FILE).write_bytes(b"other")
    with pytest.raises(ModelError, match="SHA-256"):
        exportable(card, tmp_path / "network")


SMALL = Shape(width=32, n_blocks=2, n_heads=2, hidden=64, channels=16, n_weightings=2, head_hidden=32, n_early=1)


@pytest.fixture(scope="module")
def encoder_folder(tmp_path_factory):
    """A small encoder of random weights as a model's folder, exported by the command in both formats."""
    weights_rng = np.random.default_rng(0)
    network = Recogniser(shape=SMALL)
    fresh = network.to_arrays()
    weights = {name: weights_rng.normal(0, 0.2, w.shape).astype(np.float32) for name, w in fresh.items()}
    folder = tmp_path_factory.mktemp("models") / "small"
    folder.mkdir()
    write_quantised(folder / WEIGHTS_FILE, weights)
    network.from_arrays(fresh | read_quantised(folder / WEIGHTS_FILE))
    (folder / SERVED_FILE).write_bytes(to_lite(serving_model(network)))
    served = load_card("whisper", PROJECT_DIR / "models")
    save_card(replace(served, name="small", files=digests(folder, WEIGHTS_FILE, SERVED_FILE)), folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ser_core.nets.whisper.network.Recogniser", partial(Recogniser, shape=SMALL))
        patched.setenv("SER_MODELS_DIR", str(folder.parent))
        told = CliRunner().invoke(
            main, ["export", "small", "--format", "onnx", "--format", "tflite", "--out", str(folder / "exported")]
        )
    assert told.exit_code == 0, told.output
    return folder


def test_an_encoder_answers_in_onnx_as_it_is_served(encoder_folder, samples_dir):
    served = (encoder_folder / SERVED_FILE).read_bytes()
    assert (encoder_folder / "exported" / "small.tflite").read_bytes() == served
    card = load_card("small", encoder_folder.parent)
    answer = open_onnx((encoder_folder / "exported" / "small.onnx").read_bytes())
    runner = EncoderRunner(card, served)
    differences, lengths = [], set()
    for path in sorted(samples_dir.glob("*.flac")):
        whole, along = runner.whole_and_along(read_clip(path))
        passages = {id(each.given.passage): each.given.passage for each in (*whole, *along)}
        for passage in passages.values():
            here = answer(encoder_inputs(passage.log_mel, passage.spans))[0]
            there = softmax(runner.answers(passage.log_mel, passage.spans), card.calibration.temperature)
            np.testing.assert_allclose(here.sum(axis=-1), 1, atol=1e-5)
            differences.append(np.abs(here - there).max(axis=-1))
            lengths.add(passage.spans.shape)
    assert len(lengths) > 3
    assert np.concatenate(differences).max() < EIGHT_BIT_TOLERANCE
    # One span that lies between two emotions may differ; all of them must not.
    assert np.median(np.concatenate(differences)) < 0.02


def test_an_export_says_what_goes_in_and_what_comes_out(encoder_folder):
    described = json.loads((encoder_folder / "exported" / "small.json").read_text())
    assert described["labels"] == [label.value for label in Emotion]
    assert {entry["name"]: entry["shape"] for entry in described["inputs"]} == {
        "mel": [1, None, 80], "present": [1, None], "spans": [1, None, None],
    }  # fmt: skip
    content = (encoder_folder / "exported" / "small.onnx").read_bytes()
    assert described["files"]["small.onnx"] == {
        "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    assert described["outputs"]["small.onnx"]["what"].startswith("calibrated probabilities")
    assert described["outputs"]["small.tflite"]["what"].startswith("logits")
    assert described["sound"]["hop_length"] == 160
    assert described["card"] == json.loads((encoder_folder / "card.json").read_text())


@pytest.mark.parametrize("name", ["crnn", "small"])
def test_every_kind_of_network_is_described(name, model_dir, tmp_path, rng):
    if name == "small":
        folder = tmp_path / "small"
        card, shapes = model_folder(get_recipe("cnn1d-shallow"), folder, rng), {"values": (None, 181)}
        save_card(card, folder)
    else:
        card, folder = load_card(name, model_dir.parent), model_dir
        shapes = {"log_mel": (None, 200, 64), "functionals": (None, 3816)}
    described = description(card, folder, shapes, {f"{name}.onnx": b"the file"})
    assert {entry["name"] for entry in described["inputs"]} == set(shapes)
    assert described["outputs"][f"{name}.onnx"]["shape"] == ["clips", len(card.labels)]
    assert len(described["sound"].get("values", described["sound"].get("functionals"))) == list(shapes.values())[-1][-1]


def test_weights_of_another_network_are_refused(encoder_folder, monkeypatch):
    card = load_card("small", encoder_folder.parent)
    with pytest.raises(ModelError, match="another network than this version"):
        exportable(card, encoder_folder)


def test_an_encoder_whose_weights_were_altered_cannot_be_exported(tmp_path):
    card = load_card("whisper", PROJECT_DIR / "models")
    (tmp_path / "weights.npz").write_bytes(b"other")
    with pytest.raises(ModelError, match="SHA-256"):
        exportable(card, tmp_path)


def test_a_missing_package_is_named_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr("ser_core.commands.export.find_spec", lambda name: None if name == "tf2onnx" else name)
    told = CliRunner().invoke(main, ["export", "whisper", "--out", str(tmp_path / "new")])
    assert told.exit_code == 1
    assert "Exporting needs tf2onnx: pip install -r requirements-train.lock" in told.output
    assert not (tmp_path / "new").exists()
