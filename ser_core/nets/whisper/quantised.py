"""Weights in a file of a quarter of their size: matrices in eight bits, symmetric, a scale for each output.

The scheme is that of LiteRT's dynamic range quantisation, so converting what was read changes no matrix again.
"""

from pathlib import Path

import numpy as np

from ser_core.nets.whisper.network import POSITIONS, Weights

# LiteRT leaves matrices of fewer numbers as they are.
_LEAST = 1024
_MOST = 127.0
_WHOLE, _SCALE, _HALF = "whole:", "scale:", "half:"


def write_quantised(path: Path, weights: Weights) -> None:
    """Writes all weights but the table of positions; what is no large matrix in float16."""
    content = {}
    for name, values in weights.items():
        if name == POSITIONS:
            continue
        if name.endswith("kernel") and values.size >= _LEAST:
            scale = np.abs(values).max(axis=tuple(range(values.ndim - 1))) / _MOST
            scale = np.maximum(scale, np.finfo(np.float32).tiny).astype(np.float32)
            content[_WHOLE + name] = np.round(values / scale).astype(np.int8)
            content[_SCALE + name] = scale
        else:
            content[_HALF + name] = values.astype(np.float16)
    np.savez_compressed(path, **content)


def read_quantised(path: Path) -> Weights:
    """What `write_quantised` wrote, as float32."""
    with np.load(path) as stored:
        content = {name: stored[name] for name in stored.files}
    found = {name.removeprefix(_HALF): v.astype(np.float32) for name, v in content.items() if name.startswith(_HALF)}
    for name, values in content.items():
        if name.startswith(_WHOLE):
            own = name.removeprefix(_WHOLE)
            found[own] = values.astype(np.float32) * content[_SCALE + own]
    return found
