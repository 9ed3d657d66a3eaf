"""Classic models answer: as they were trained, in pieces where a recording is long, and without TensorFlow."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from ser_core import audio
from ser_core.config import Settings
from ser_core.errors import ModelError
from ser_core.features.feature_sets import get_feature_set
from ser_core.metrics import softmax
from ser_core.models.card import KERAS_FILE, can_answer, save_card
from ser_core.models.estimators import SKOPS_FILE, EstimatorModel
from ser_core.models.network_runner import NetworkRunner
from ser_core.recognition.analyse import analyse
from ser_core.recognition.recogniser import load_recogniser
from ser_core.records import Clip
from tests.classic_folder import LABELS, classic_folder


@pytest.fixture
def folder(tmp_path):
    classic_folder(tmp_path / "mixtures")
    return tmp_path / "mixtures"


@pytest.fixture
def classic(folder):
    return load_recogniser(folder.name, Settings(models_dir=folder.parent))


@pytest.fixture
def voice(samples_dir) -> Clip:
    return audio.read_clip(min(samples_dir.glob("*.flac")))


def resized(clip: Clip, duration_s: float) -> Clip:
    return Clip(np.resize(clip.samples, round(duration_s * clip.rate_hz)), clip.rate_hz)


def test_the_answer_is_that_of_the_trained_model_calibrated(folder, classic, voice):
    clip = resized(voice, 4)
    values = get_feature_set(classic.card.features).extract(clip)[None]
    path = folder / SKOPS_FILE
    (probabilities,) = EstimatorModel.loads(path.read_bytes(), path).predict_proba(values)
    expected = softmax(np.log(np.maximum(probabilities, 1e-7)), 1.5)
    scores = classic.predict(clip).scores
    assert tuple(scores) == LABELS
    np.testing.assert_allclose(list(scores.values()), expected, atol=1e-6)


def test_a_long_recording_is_heard_in_pieces(classic, voice):
    clip = resized(voice, 21)
    clip.samples[6 * 16_000 : 12 * 16_000] = 0
    pieces = list(classic.runner.along([clip], 1.0))
    # Silence gives no answer; the last half a piece is one of its own.
    assert [(piece.start_s, piece.end_s) for piece in pieces] == [(0, 6), (12, 18), (18, 21)]
    mean = np.mean([classic.runner.run(piece.given) for piece in pieces], axis=0)
    expected = softmax(mean, classic.card.calibration.temperature)
    assert list(classic.predict(clip).scores.values()) == pytest.approx(expected)


def test_the_whole_way_from_a_file_to_a_report(classic, samples_dir):
    report = analyse(min(samples_dir.glob("*.flac")), recogniser=classic)
    assert report.prediction.model == "mixtures"
    assert set(report.prediction.scores) == set(LABELS)


def test_nothing_of_tensorflow_is_loaded_to_answer(folder, samples_dir):
    code = (
        "import sys; from ser_core.cli import main; main(sys.argv[1:], standalone_mode=False); "
        "print(sorted({'tensorflow', 'keras', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "predict", "--json", "--model", folder.name, min(samples_dir.glob("*.flac"))],
        env={"SER_MODELS_DIR": str(folder.parent), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    answer, loaded = done.stdout.splitlines()
    assert json.loads(answer)["model"] == folder.name
    assert loaded == "[]"


def test_a_package_that_is_missing_is_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "skops", None)
    with pytest.raises(ModelError, match="needs the package skops to answer: pip install skops"):
        load_recogniser(folder.name, Settings(models_dir=folder.parent))


@pytest.mark.parametrize(
    "change, message",
    [
        ({"features_version": 99}, "version 99 of the features .* Train it anew"),
        ({"labels": LABELS[:2]}, "its card names 2 emotions"),
        ({"files": {KERAS_FILE: "0" * 64}}, r"no model\.tflite"),
        ({"files": {"model.skops": "0" * 64}}, "SHA-256"),
    ],
)
def test_a_folder_that_cannot_answer_says_why(folder, classic, change, message):
    card = replace(classic.card, **change)
    save_card(card, folder)
    with pytest.raises(ModelError, match=message):
        load_recogniser(folder.name, Settings(models_dir=folder.parent))
    assert can_answer(card) == (KERAS_FILE not in card.files)


def test_the_served_network_is_loaded_as_ever(model_dir):
    recogniser = load_recogniser(model_dir.name, Settings(models_dir=model_dir.parent))
    assert isinstance(recogniser.runner, NetworkRunner)
