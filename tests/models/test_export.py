"""Every network of the recipes in ONNX and LiteRT against Keras."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from ser_core.audio import read_clip
from ser_core.errors import ModelError
from ser_core.features.feature_sets import get_feature_set
from ser_core.features.model_input import fit_window
from ser_core.labels import Emotion
from ser_core.metrics import softmax
from ser_core.models.card import KERAS_FILE, Calibration, ClassicCard, digests, load_card
from ser_core.models.export import FORMATS, TOLERANCE, exportable, measure, probe
from ser_core.models.preparation import Preparation
from ser_core.nets import build_net
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
