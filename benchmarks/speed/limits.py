"""The least that a computation can take: its operations and bytes, counted, at what one core can do.

A multiplication with its addition counts as two operations. The limit is the larger of two times: the operations at the
core's measured rate for products of float32 matrices, and the bytes that must be read at its measured rate of copying
(the roofline of Williams, Waterman and Patterson 2009). It is counted for what cannot be left out, such as spectra,
convolutions and matrix products; statistics, reading of containers and Python are not in it, and so are a part of the
distance to it. Products of eight-bit numbers can be faster than those of float32, so that a distance under 1 is
possible for them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed.records import Limit


@dataclass(frozen=True)
class Machine:
    """What one core can do: operations a second, and bytes a second copied, both counted as read and written."""

    operations_per_s: float = 1e11
    bytes_per_s: float = 1e10


@dataclass(frozen=True)
class Work:
    """Operations, and bytes that must at least be read."""

    operations: float
    bytes: float = 0.0

    def __add__(self, other: "Work") -> "Work":
        return Work(self.operations + other.operations, self.bytes + other.bytes)

    def times(self, count: float) -> "Work":
        """The same so often; what is read, once."""
        return Work(self.operations * count, self.bytes)

    def limit(self, machine: Machine) -> Limit:
        """The seconds it takes at least."""
        seconds = max(self.operations / machine.operations_per_s, self.bytes / machine.bytes_per_s)
        return Limit(seconds, f"{_with_unit(self.operations)}op, {_with_unit(self.bytes)}B")


def spectra(frames: float, n_fft: int, filterbank: Any = None) -> Work:
    """Power spectra of real frames, and their sums in bands: a real FFT takes 2.5 n log2 n operations (Frigo and
    Johnson 2005), the window n, the power 3 a bin, the bands 2 for each weight of the filter bank that is not 0.
    """
    each = 2.5 * n_fft * math.log2(n_fft) + n_fft + 3 * (n_fft // 2 + 1)
    if filterbank is not None:
        each += 2 * int(np.count_nonzero(filterbank))
    return Work(frames * each, 4 * frames * n_fft)


def resampling(samples: float, taps: int = 96) -> Work:
    """A polyphase filter with so many taps a sample that comes out, which a high-quality one needs at least."""
    return Work(2 * samples * taps, 4 * samples)


def speech_detector(steps: float, weights: Mapping[str, Any]) -> Work:
    """Silero's network over so many steps of 32 ms: four spectra, the convolutions at the length each has, the LSTM."""
    work = spectra(4, 256)
    length = 4
    for number, stride in enumerate((1, 2, 2, 1)):
        length //= stride
        work += Work(2 * length * weights[f"conv{number}.weight"].size)
    work += Work(sum(2 * weights[name].size for name in ("lstm.input", "lstm.recurrent", "out.weight")))
    return work.times(steps) + Work(0, sum(each.nbytes for each in weights.values()))


def network(served: bytes, inputs: Mapping[str, Sequence[int]] | None = None) -> Work:
    """Of a LiteRT file: the products and sums of its convolutions and matrix products, loops included.

    `inputs` gives the shapes of inputs whose lengths the file leaves open.
    """
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    # Delegates take whole parts of the graph over, whose shapes are then not told.
    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(model_content=served, experimental_op_resolver_type=plain)
    for entry in interpreter.get_input_details():
        name = entry["name"].removeprefix("serving_default_").partition(":")[0]
        if inputs and name in inputs:
            interpreter.resize_tensor_input(entry["index"], list(inputs[name]))
    interpreter.allocate_tensors()
    # Without a run, shapes that follow from values are not known yet.
    for entry in interpreter.get_input_details():
        interpreter.set_tensor(entry["index"], np.ones(entry["shape"], entry["dtype"]))
    interpreter.invoke()
    shapes = {entry["index"]: [int(n) for n in entry["shape"]] for entry in interpreter.get_tensor_details()}
    model = schema.ModelT.InitFromPackedBuf(served, 0)
    names = {value: name for name, value in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
    return Work(_operations(model, 0, shapes, names), len(served))


def _operations(model: Any, number: int, shapes: Mapping[int, list[int]] | None, names: Mapping[int, str]) -> float:
    graph = model.subgraphs[number]

    def shape(index: int) -> list[int]:
        return shapes[index] if shapes else [int(n) for n in graph.tensors[index].shape]

    total = 0.0
    for operator in graph.operators:
        code = model.operatorCodes[operator.opcodeIndex]
        name = names[max(code.builtinCode, code.deprecatedBuiltinCode)]
        inputs, out = [int(i) for i in operator.inputs], math.prod(shape(int(operator.outputs[0])) or [1])
        if name in ("CONV_2D", "FULLY_CONNECTED", "DEPTHWISE_CONV_2D"):
            # Weights of shape (out, ...), or (1, height, width, out) of a depthwise convolution.
            weight = shape(inputs[1])
            inner = math.prod(weight[1:3]) if name == "DEPTHWISE_CONV_2D" else math.prod(weight[1:])
            total += 2 * out * inner
        elif name == "BATCH_MATMUL":
            left = shape(inputs[0])
            total += 2 * out * (left[-2] if operator.builtinOptions.adjX else left[-1])
        elif name == "WHILE":
            # A loop over time: as often as the longest list that it carries has entries.
            steps = max([shape(index)[0] for index in inputs if len(shape(index)) > 1], default=1)
            total += steps * _operations(model, operator.builtinOptions.bodySubgraphIndex, None, names)
        else:
            total += out
    return total


def weights_of(path: Path) -> dict[str, Any]:
    """The arrays in a file of NumPy's."""
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def _with_unit(number: float) -> str:
    """A number with the letter of its size and a blank.

    >>> _with_unit(12_345_678), _with_unit(0)
    ('12 M', '0 ')
    """
    for letter, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= size:
            return f"{number / size:.3g} {letter}" if number < 10 * size else f"{number / size:.0f} {letter}"
    return f"{number:.0f} "
