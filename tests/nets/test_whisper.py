import json
from functools import partial

import numpy as np
import pytest

from ser_core.errors import ModelError
from ser_core.nets.whisper import Recogniser, ShallowRecogniser, Shape, load_encoder, network_of
from ser_core.nets.whisper.encoder import halved
from ser_core.nets.whisper.head import Head
from ser_core.nets.whisper.network import EARLY_GAIN
from ser_core.nets.whisper.pretrained import read_tensors

SMALL = Shape(width=16, n_blocks=2, n_heads=2, hidden=32, channels=8, n_weightings=2, head_hidden=8, n_early=1)


@pytest.fixture(scope="module")
def network() -> Recogniser:
    made = Recogniser(n_classes=3, shape=SMALL)
    rng = np.random.default_rng(0)
    made.from_arrays({name: rng.normal(0, 0.3, w.shape).astype(np.float32) for name, w in made.to_arrays().items()})
    return made


def _mel(n: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(1, n, 80)).astype(np.float32)


def test_padding_changes_nothing(network: Recogniser):
    mel = _mel(60)
    padded = np.concatenate([mel, _mel(40, 2)], axis=1)
    present = (np.arange(100) < 60).astype(np.float32)[None]
    alone = np.asarray(network(mel, np.ones((1, 60), np.float32)))
    np.testing.assert_allclose(np.asarray(network(padded, present)), alone, atol=1e-4)


def test_order_of_frames_matters(network: Recogniser):
    mel, present = _mel(60), np.ones((1, 60), np.float32)
    assert np.abs(np.asarray(network(mel, present)) - np.asarray(network(mel[:, ::-1], present))).max() > 1e-3


def test_weights_come_back(network: Recogniser):
    other = Recogniser(n_classes=3, shape=SMALL)
    other.from_arrays(network.to_arrays())
    mel, present = _mel(40), np.ones((1, 40), np.float32)
    np.testing.assert_array_equal(np.asarray(other(mel, present)), np.asarray(network(mel, present)))


def test_the_early_head_hears_the_first_layers_alone(network: Recogniser):
    other = Recogniser(n_classes=3, shape=SMALL)
    last = {n: w + 0.3 if n.startswith("encoder/block_2") else w for n, w in network.to_arrays().items()}
    other.from_arrays(last)
    mel, present = _mel(40), np.ones((1, 40), np.float32)

    def heard(of: Recogniser, head: Head) -> np.ndarray:
        return np.asarray(head(of.encoder(mel, present)[: head.n_layers], halved(present)))

    np.testing.assert_array_equal(heard(other, other.early_head), heard(network, network.early_head))
    assert np.abs(heard(other, other.head) - heard(network, network.head)).max() > 1e-3
    both = heard(network, network.head) + EARLY_GAIN * heard(network, network.early_head)
    np.testing.assert_allclose(np.asarray(network(mel, present)), both, atol=1e-5)


def test_the_shallow_network_is_the_first_layers_and_the_early_head(network: Recogniser):
    shallow = ShallowRecogniser(n_classes=3, shape=SMALL)
    shallow.from_arrays(network.to_arrays())
    mel, present = _mel(40), np.ones((1, 40), np.float32)
    heard = network.early_head(network.encoder(mel, present), halved(present))
    np.testing.assert_allclose(np.asarray(shallow(mel, present)), np.asarray(heard), atol=1e-5)


@pytest.mark.parametrize("kind", [Recogniser, ShallowRecogniser])
def test_weights_tell_their_network(kind: type, monkeypatch: pytest.MonkeyPatch):
    for each in (Recogniser, ShallowRecogniser):
        monkeypatch.setattr(f"ser_core.nets.whisper.network.{each.__name__}", partial(each, shape=SMALL))
    weights = kind(shape=SMALL).to_arrays()
    assert type(network_of(weights)) is kind
    weights.popitem()
    with pytest.raises(ValueError, match="another network"):
        network_of(weights)


def test_frozen_layers_are_not_among_what_is_trained():
    made = Recogniser(n_classes=3, shape=SMALL)
    made.encoder.freeze(2)
    trained = {str(v.path).split("/encoder/")[1] for v in made.trainable_variables if "/encoder/" in v.path}
    assert {path.split("/")[0] for path in trained} == {"block_2"}


def test_pooled_over_a_part_is_pooled_over_that_part(network: Recogniser):
    rng = np.random.default_rng(3)
    frames = rng.normal(size=(1, 30, SMALL.channels)).astype(np.float32)
    attention = np.zeros((1, 30, SMALL.n_weightings), np.float32)
    part = (np.arange(30) < 10).astype(np.float32)[None]
    pooled = np.asarray(network.head.pool(frames, attention, part))[0].reshape(SMALL.n_weightings, 2, -1)
    np.testing.assert_allclose(pooled[:, 0].ravel(), frames[0, :10].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(pooled[:, 1].ravel(), frames[0, :10].std(axis=0), atol=1e-4)


def test_loads_what_hugging_face_stores(tmp_path, network: Recogniser):
    rng = np.random.default_rng(4)
    stored = _stored_encoder(rng)
    path = tmp_path / "model.safetensors"
    _write_safetensors(path, stored)
    fresh = Recogniser(n_classes=3, shape=SMALL)
    load_encoder(fresh.encoder, path)
    found = fresh.to_arrays()
    query = stored["model.encoder.layers.1.self_attn.q_proj.weight"]
    np.testing.assert_allclose(found["encoder/block_2/qkv/kernel"][:, :16], query.T, rtol=1e-3)
    conv = stored["model.encoder.conv1.weight"]
    np.testing.assert_allclose(found["encoder/conv_1/kernel"], conv.transpose(2, 1, 0), rtol=1e-3)


def test_a_file_that_lacks_a_tensor_is_refused(tmp_path):
    path = tmp_path / "model.safetensors"
    _write_safetensors(path, {"model.encoder.embed_positions.weight": np.zeros((1500, 16), np.float32)})
    with pytest.raises(ModelError, match=r"no tensor model\.encoder\.conv1\.weight"):
        load_encoder(Recogniser(n_classes=3, shape=SMALL).encoder, path)
    path.write_bytes(b"not a header at all")
    with pytest.raises(ModelError, match="no safetensors"):
        read_tensors(path)


def _stored_encoder(rng: np.random.Generator) -> dict[str, np.ndarray]:
    width, hidden = SMALL.width, SMALL.hidden
    sizes = {
        "conv1.weight": (width, 80, 3),
        "conv1.bias": (width,),
        "conv2.weight": (width, width, 3),
        "conv2.bias": (width,),
        "embed_positions.weight": (1500, width),
    }
    for i in range(SMALL.n_blocks):
        own = f"layers.{i}."
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            sizes[f"{own}self_attn.{part}.weight"] = (width, width)
            if part != "k_proj":
                sizes[f"{own}self_attn.{part}.bias"] = (width,)
        for norm in ("self_attn_layer_norm", "final_layer_norm"):
            sizes |= {f"{own}{norm}.weight": (width,), f"{own}{norm}.bias": (width,)}
        sizes |= {f"{own}fc1.weight": (hidden, width), f"{own}fc1.bias": (hidden,)}
        sizes |= {f"{own}fc2.weight": (width, hidden), f"{own}fc2.bias": (width,)}
    return {f"model.encoder.{name}": rng.normal(size=size).astype(np.float32) for name, size in sizes.items()}


def _write_safetensors(path, tensors: dict[str, np.ndarray]) -> None:
    header, body = {}, b""
    for name, values in tensors.items():
        data = values.astype(np.float16).tobytes()
        header[name] = {"dtype": "F16", "shape": values.shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)
