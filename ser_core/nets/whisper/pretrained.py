"""Reads Whisper's encoder as Hugging Face stores it (`openai/whisper-tiny.en`, or only its encoder's tensors)."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ser_core.errors import ModelError
from ser_core.nets.whisper.encoder import Encoder

_PREFIX = "model.encoder."
_TYPES = {"F16": np.float16, "F32": np.float32}
_LENGTH_BYTES = 8

Tensors = dict[str, npt.NDArray[np.float32]]


def load_encoder(encoder: Encoder, path: Path) -> None:
    """Puts the weights of the file at `path` into a built encoder. Its last norm is not used.

    Raises ModelError when the file is no safetensors file or lacks a tensor.
    """
    found = read_tensors(path)
    encoder.positions.assign(_named(found, "embed_positions.weight"))
    for conv, name in ((encoder.conv_1, "conv1"), (encoder.conv_2, "conv2")):
        conv.kernel.assign(_named(found, f"{name}.weight").transpose(2, 1, 0))
        conv.bias.assign(_named(found, f"{name}.bias"))
    for i, block in enumerate(encoder.blocks):
        own = f"layers.{i}."
        attention = own + "self_attn."
        kernels = [_named(found, f"{attention}{part}_proj.weight").T for part in "qkv"]
        # Keys have no bias: it would add the same to all scores of a query.
        q_bias, v_bias = (_named(found, f"{attention}{part}_proj.bias") for part in "qv")
        block.qkv.kernel.assign(np.concatenate(kernels, axis=1))
        block.qkv.bias.assign(np.concatenate([q_bias, np.zeros_like(q_bias), v_bias]))
        for dense, name in (
            (block.out, attention + "out_proj"),
            (block.feed_in, own + "fc1"),
            (block.feed_out, own + "fc2"),
        ):
            dense.kernel.assign(_named(found, f"{name}.weight").T)
            dense.bias.assign(_named(found, f"{name}.bias"))
        for norm, name in ((block.attention_norm, "self_attn_layer_norm"), (block.feed_norm, "final_layer_norm")):
            norm.gamma.assign(_named(found, f"{own}{name}.weight"))
            norm.beta.assign(_named(found, f"{own}{name}.bias"))


def read_tensors(path: Path) -> Tensors:
    """All tensors of a safetensors file by name, as float32. Raises ModelError when it is none."""
    content = path.read_bytes()
    size = int.from_bytes(content[:_LENGTH_BYTES], "little")
    try:
        header = json.loads(content[_LENGTH_BYTES : _LENGTH_BYTES + size])
    except ValueError as error:
        raise ModelError(f"{path} is no safetensors file: its header cannot be read.") from error
    header.pop("__metadata__", None)
    body = memoryview(content)[_LENGTH_BYTES + size :]
    return {
        name: np.frombuffer(body[slice(*facts["data_offsets"])], _TYPES[facts["dtype"]])
        .reshape(facts["shape"])
        .astype(np.float32)
        for name, facts in header.items()
        if facts["dtype"] in _TYPES
    }


def _named(found: Tensors, name: str) -> npt.NDArray[np.float32]:
    try:
        return found[_PREFIX + name]
    except KeyError:
        raise ModelError(f"The encoder's file has no tensor {_PREFIX + name}: give whisper-tiny.en's.") from None
