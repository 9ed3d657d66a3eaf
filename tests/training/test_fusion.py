"""The served file against the Keras network it came from."""

import keras
import numpy as np
import pytest

from ser_core import audio
from ser_core.features.model_input import ModelInput, fit_window, model_input
from ser_core.metrics import softmax
from ser_core.models.card import KERAS_FILE, load_card
from ser_core.models.export import to_tflite
from ser_core.models.litert import LiteRt
from ser_core.nets import build_net
from ser_core.training.fusion import fused
from ser_core.training.perceptron import Perceptrons


@pytest.mark.slow
def test_litert_equals_keras_and_eight_bits_stay_close(model_dir, samples_dir, rng):
    card = load_card(model_dir.name, model_dir.parent)
    clips = [audio.read_clip(path) for path in sorted(samples_dir.glob("*.flac"))]
    heard = [model_input(clip, card.features) for clip in clips]
    frames = rng.standard_normal((card.n_frames, card.features.n_mels)).astype(np.float32)
    heard += [ModelInput(frames, one.functionals) for one in heard[:2]]
    model = keras.saving.load_model(model_dir / KERAS_FILE, compile=False)
    expected = softmax(keras_logits(model, heard, card.n_frames))
    plain = to_tflite(model)
    np.testing.assert_allclose(answers(plain, heard), expected, atol=1e-5)
    served = (model_dir / "model.tflite").read_bytes()
    assert len(served) < len(plain) / 3
    assert np.abs(answers(served, heard)[: len(clips)] - expected[: len(clips)]).max() < 0.05


def test_the_perceptrons_are_added_to_the_network(rng):
    labels, n_functionals, hidden = 3, 20, 8
    network = build_net("crnn", (40, 64), labels)
    shapes = ((n_functionals, hidden), (hidden,), (hidden, labels), (labels,))
    perceptrons = Perceptrons(
        mean=rng.normal(size=n_functionals).astype(np.float32),
        deviation=rng.uniform(0.5, 2, size=n_functionals).astype(np.float32),
        weights=tuple([rng.normal(size=shape).astype(np.float32) for shape in shapes] for _ in range(2)),
    )
    heard = [
        ModelInput(rng.standard_normal((40, 64)).astype(np.float32), 5 * rng.standard_normal(20).astype(np.float32))
        for _ in range(3)
    ]
    frames = np.stack([one.frames for one in heard])
    statistics = np.stack([one.functionals for one in heard])
    expected = network.predict_on_batch(frames) + 0.5 * perceptrons.logits(statistics)
    whole = fused("crnn", (40, 64), [network.get_weights()], perceptrons, 0.5, labels)
    np.testing.assert_allclose(keras_logits(whole, heard, 40), expected, atol=1e-4)
    np.testing.assert_allclose(answers(to_tflite(whole), heard), softmax(expected), atol=1e-4)


def keras_logits(model, heard, n_frames):
    inputs = [np.stack([fit_window(one.frames, n_frames) for one in heard])]
    if len(model.inputs) == 2:
        inputs.append(np.stack([one.functionals for one in heard]))
    return model.predict_on_batch(inputs if len(inputs) > 1 else inputs[0])


def answers(served, heard):
    model = LiteRt(served)
    n_frames = model.inputs["log_mel"][1]
    given = [{"log_mel": fit_window(one.frames, n_frames)[None], "functionals": one.functionals[None]} for one in heard]
    return softmax([model.run(each)[0] for each in given])
