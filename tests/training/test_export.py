"""The served file against the Keras network it came from."""

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from ser_core.artifacts import KERAS_FILE, load_card
from ser_core.evaluation import softmax
from ser_core.features.model_input import fit_window, spoken_frames
from ser_core.training.export import to_litert


def answers(model: bytes, inputs: np.ndarray) -> np.ndarray:
    interpreter = Interpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    (entry,), (exit_,) = interpreter.get_input_details(), interpreter.get_output_details()
    rows = []
    for row in inputs:
        interpreter.set_tensor(entry["index"], row[None])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(exit_["index"])[0].copy())
    return np.array(rows)


@pytest.mark.slow
def test_litert_equals_keras_and_eight_bits_stay_close(model_dir, samples_dir, rng):
    from ser_core import audio

    card = load_card(model_dir.name, model_dir.parent)
    clips = [audio.read_clip(path) for path in sorted(samples_dir.glob("*.flac"))]
    speech = [fit_window(spoken_frames(clip, card.features), card.n_frames) for clip in clips]
    noise = rng.standard_normal((3, card.n_frames, card.features.n_mels)).astype(np.float32)
    inputs = np.concatenate([np.stack(speech), noise])
    model = keras.saving.load_model(model_dir / KERAS_FILE, compile=False)
    expected = softmax(model.predict_on_batch(inputs))
    shape = (card.n_frames, card.features.n_mels)
    plain = to_litert("crnn", shape, model.get_weights(), len(card.labels), int8=False)
    np.testing.assert_allclose(softmax(answers(plain, inputs)), expected, atol=1e-5)
    served = (model_dir / "model.tflite").read_bytes()
    assert len(served) < len(plain) / 3
    assert np.abs(softmax(answers(served, np.stack(speech))) - expected[: len(speech)]).max() < 0.05
