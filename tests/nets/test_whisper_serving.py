import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from ser_core.nets.whisper import Recogniser, Shape
from ser_core.nets.whisper.serving import serving_model, to_lite

SMALL = Shape(width=32, n_blocks=2, n_heads=2, hidden=64, channels=16, n_weightings=2, head_hidden=32, n_early=1)


@pytest.fixture(scope="module")
def network() -> Recogniser:
    made = Recogniser(n_classes=4, shape=SMALL)
    rng = np.random.default_rng(0)
    made.from_arrays({name: rng.normal(0, 0.2, w.shape).astype(np.float32) for name, w in made.to_arrays().items()})
    return made


@pytest.fixture(scope="module")
def lite(network: Recogniser) -> bytes:
    return to_lite(serving_model(network))


def _answered(lite: bytes, mel: np.ndarray, present: np.ndarray, spans: np.ndarray) -> np.ndarray:
    interpreter = Interpreter(model_content=lite)
    given = {"mel": mel, "present": present, "spans": spans}
    inputs = {d["name"].removeprefix("serving_default_").partition(":")[0]: d for d in interpreter.get_input_details()}
    for name, values in given.items():
        interpreter.resize_tensor_input(inputs[name]["index"], values.shape)
    interpreter.allocate_tensors()
    for name, values in given.items():
        interpreter.set_tensor(inputs[name]["index"], values.astype(np.float32))
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def _mel(n: int) -> np.ndarray:
    return np.random.default_rng(n).normal(0, 0.5, (1, n, 80)).astype(np.float32)


def test_spans_are_pooled_as_masks_are(network: Recogniser):
    rng = np.random.default_rng(1)
    frames = rng.normal(size=(1, 20, SMALL.channels)).astype(np.float32)
    attention = rng.normal(size=(1, 20, SMALL.n_weightings)).astype(np.float32)
    spans = np.stack([np.arange(20) < 8, np.arange(20) >= 5]).astype(np.float32)[None]
    together = np.asarray(network.head.pool_spans(frames, attention, spans))[0]
    for i in range(2):
        alone = np.asarray(network.head.pool(frames, attention, spans[:, i]))[0]
        np.testing.assert_allclose(together[i], alone, atol=1e-5)


@pytest.mark.parametrize("n", [60, 140])
def test_any_length_and_number_of_spans(network: Recogniser, lite: bytes, n: int):
    spans = np.stack([np.ones(n // 2), np.arange(n // 2) < 25, np.arange(n // 2) >= 5])[None][:, : n // 50 + 1]
    heard = _answered(lite, _mel(n), np.ones((1, n)), spans)
    assert heard.shape == (1, n // 50 + 1, 4)
    whole = np.asarray(network(_mel(n), np.ones((1, n), np.float32)))
    # Eight bits of random weights: a few percent of the logits.
    np.testing.assert_allclose(heard[:, 0], whole, atol=0.1 * np.abs(whole).max())


def test_padding_changes_next_to_nothing(lite: bytes):
    mel, one = _mel(60), np.ones((1, 60))
    padded = np.concatenate([mel, np.zeros((1, 40, 80))], axis=1)
    present = np.concatenate([one, np.zeros((1, 40))], axis=1)
    whole = _answered(lite, mel, one, np.ones((1, 1, 30)))
    with_padding = _answered(lite, padded, present, present[:, None, ::2])
    np.testing.assert_allclose(with_padding, whole, atol=0.1 * np.abs(whole).max())
