"""A trained network in the formats that other programs run: ONNX and LiteRT, each held against Keras."""

import contextlib
import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from ser_core.arrays import FloatArray
from ser_core.errors import ModelError
from ser_core.features.feature_sets import get_feature_set
from ser_core.features.model_input import fit_window, model_input
from ser_core.metrics import LEAST_PROBABILITY
from ser_core.models.card import KERAS_FILE, ClassicCard, ModelCard, read_verified
from ser_core.models.latency import median_ms, two_seconds_of_noise
from ser_core.models.litert import LiteRt

Answer = Callable[[Mapping[str, FloatArray]], FloatArray]

# Probabilities of a format may differ from Keras' by so much.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Format:
    """A file format for networks.

    Attributes:
        name: how commands call it, and the ending of its files.
        convert: from a Keras model to the bytes of a file.
        open: from those bytes to what answers for one clip.
    """

    name: str
    convert: Callable[[Any], bytes]
    open: Callable[[bytes], Answer]


@dataclass(frozen=True)
class Measured:
    """What a network costs in one format.

    Attributes:
        format: "keras", "onnx" or "tflite".
        size_mb: size of the file in MB.
        latency_ms: median time of one answer for one clip, features not counted.
        difference: largest difference of a probability from Keras'.
    """

    format: str
    size_mb: float
    latency_ms: float
    difference: float


def exportable(card: ModelCard | ClassicCard, folder: Path) -> Any:
    """The network of a model folder as one Keras model from its inputs to calibrated probabilities.

    Raises ModelError for a model that is no network, or whose file is not the one its card describes.
    """
    if KERAS_FILE not in card.files:
        raise ModelError(
            "{name} is no network: it stays with scikit-learn, in {files}. Recipes with Keras "
            "networks can be exported.",
            name=card.name,
            files=", ".join(card.files),
        )
    read_verified(card, folder, KERAS_FILE)
    model = _with_plain_arithmetic(keras.saving.load_model(folder / KERAS_FILE, compile=False))
    scores = model.output
    if isinstance(card, ClassicCard):
        scores = ops.log(ops.maximum(scores, LEAST_PROBABILITY))
    scaled = layers.Rescaling(1 / card.calibration.temperature)(scores)
    return keras.Model(model.inputs, layers.Softmax(name="calibrated")(scaled), name=model.name)


def _with_plain_arithmetic(model: Any) -> Any:
    """The model with every `Normalization` written out: ONNX cannot take in the constants such a layer holds."""

    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(layer, layers.Normalization):
            return layer(*args, **kwargs)
        deviation = np.maximum(np.sqrt(np.asarray(layer.variance)), keras.config.epsilon())
        return (args[0] - np.asarray(layer.mean)) / deviation

    return keras.models.clone_model(model, clone_function=lambda layer: layer, call_function=call)


def to_onnx(model: Any) -> bytes:
    """The model as ONNX, for any number of clips at a time."""
    # Keras exports only what was called before.
    _called(model, [np.zeros((1, *entry.shape[1:]), dtype=np.float32) for entry in model.inputs])
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = Path(folder) / "model.onnx"
        model.export(path, format="onnx", verbose=False)
        return path.read_bytes()


def to_tflite(model: Any, *, int8: bool = False) -> bytes:
    """The model for LiteRT, one clip at a time: with a free batch a recurrent layer would need operators it lacks.

    With `int8` the weights are stored in eight bits and activations are quantised as they come (dynamic range):
    a quarter of the size and about three times the speed for a change of probabilities near 0.01.
    """
    import tensorflow as tf

    entries = [keras.Input(batch_shape=(1, *entry.shape[1:]), name=entry.name) for entry in model.inputs]
    fixed = keras.Model(entries, _called(model, entries))
    converter = tf.lite.TFLiteConverter.from_keras_model(fixed)
    if int8:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    # Keras tells on stdout what it saved on the way; a command prints its figures there.
    with contextlib.redirect_stdout(io.StringIO()):
        return bytes(converter.convert())


def _called(model: Any, inputs: list[Any]) -> Any:
    """Keras warns where a model of one input is given a list."""
    return model(inputs if len(inputs) > 1 else inputs[0])


def open_onnx(content: bytes) -> Answer:
    """What answers in ONNX Runtime, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    names = [entry.name for entry in session.get_inputs()]

    def answer(inputs: Mapping[str, FloatArray]) -> FloatArray:
        return np.asarray(session.run(None, {name: inputs[name] for name in names})[0])

    return answer


FORMATS = {
    "onnx": Format("onnx", to_onnx, open_onnx),
    "tflite": Format("tflite", to_tflite, lambda content: LiteRt(content).run),
}


def probe(card: ModelCard | ClassicCard, seed: int) -> dict[str, FloatArray]:
    """Inputs for one clip, by name: what a model is given of two seconds of noise of some colour."""
    noise = two_seconds_of_noise(seed)
    if isinstance(card, ClassicCard):
        return {"values": get_feature_set(card.features).extract(noise)[None]}
    heard = model_input(noise, card.features)
    return {"log_mel": fit_window(heard.frames, card.n_frames)[None], "functionals": heard.functionals[None]}


def measure(
    card: ModelCard | ClassicCard, model: Any, contents: Mapping[str, bytes], keras_size: int
) -> tuple[Measured, ...]:
    """Size and latency of a network in Keras and in each format given, and how far its answers lie from Keras'."""
    probes = [probe(card, seed) for seed in range(3)]
    answers: dict[str, Answer] = {"keras": lambda inputs: by_keras(model, inputs)}
    answers |= {name: FORMATS[name].open(content) for name, content in contents.items()}
    sizes = {"keras": keras_size} | {name: len(content) for name, content in contents.items()}
    expected = [answers["keras"](inputs) for inputs in probes]
    return tuple(
        Measured(
            name,
            sizes[name] / 1e6,
            median_ms(lambda answer=answer: answer(probes[0])),  # type: ignore[misc]
            max(float(np.abs(answer(inputs) - right).max()) for inputs, right in zip(probes, expected, strict=True)),
        )
        for name, answer in answers.items()
    )


def by_keras(model: Any, inputs: Mapping[str, FloatArray]) -> FloatArray:
    """What a Keras model answers, given its inputs among others by name."""
    return np.asarray(model.predict_on_batch({entry.name: inputs[entry.name] for entry in model.inputs}))
