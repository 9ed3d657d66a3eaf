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
from ser_core.features.whisper_log_mel import whisper_log_mel
from ser_core.metrics import LEAST_PROBABILITY, softmax
from ser_core.models.card import (
    KERAS_FILE,
    SERVED_FILE,
    WEIGHTS_FILE,
    AnyCard,
    ClassicCard,
    EncoderCard,
    read_verified,
)
from ser_core.models.encoder_runner import encoder_inputs
from ser_core.models.latency import median_ms, two_seconds_of_noise
from ser_core.models.litert import LiteRt
from ser_core.nets.whisper import Network, network_of
from ser_core.nets.whisper.quantised import read_quantised
from ser_core.nets.whisper.serving import serving_model

Answer = Callable[[Mapping[str, FloatArray]], FloatArray]

# Probabilities of a format may differ from Keras' by so much.
TOLERANCE = 1e-4
# And those of a file in eight bits, whose activations are quantised as they come: on 36 spans of the five sample voices
# an encoder as it was served and the same network in float32 were 0.07 apart at most, where a span lay between two
# emotions, and 0.01 as a rule.
EIGHT_BIT_TOLERANCE = 0.15


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
        allowed: how large it may be.
    """

    format: str
    size_mb: float
    latency_ms: float
    difference: float
    allowed: float = TOLERANCE


def exportable(card: AnyCard, folder: Path) -> Any:
    """The network of a model folder as one Keras model from its inputs to calibrated probabilities.

    Raises ModelError for a model that is no network, or whose file is not the one its card describes.
    """
    if isinstance(card, EncoderCard):
        return with_probabilities(serving_model(_network(card, folder)), card.calibration.temperature, card.name)
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
    return with_probabilities(keras.Model(model.inputs, scores), card.calibration.temperature, model.name)


def _network(card: EncoderCard, folder: Path) -> Network:
    """The network with the weights that the folder keeps. Raises ModelError as `exportable` does."""
    read_verified(card, folder, WEIGHTS_FILE)
    try:
        return network_of(read_quantised(folder / WEIGHTS_FILE))
    except ValueError as error:
        raise ModelError(
            f"{folder.name}/{WEIGHTS_FILE} holds the weights of another network than this version of the program "
            "builds. Train it anew."
        ) from error


def with_probabilities(model: Any, temperature: float, name: str) -> Any:
    """A Keras model that gives calibrated probabilities where `model` gives logits, along the last axis."""
    scaled = layers.Rescaling(1 / temperature)(model.output)
    return keras.Model(model.inputs, layers.Softmax(name="calibrated")(scaled), name=name)


def size_in_keras(card: AnyCard, folder: Path) -> int:
    """Bytes of the file that Keras takes a network from."""
    return (folder / (WEIGHTS_FILE if isinstance(card, EncoderCard) else KERAS_FILE)).stat().st_size


def _with_plain_arithmetic(model: Any) -> Any:
    """The model with every `Normalization` written out: ONNX cannot take in the constants such a layer holds."""

    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(layer, layers.Normalization):
            return layer(*args, **kwargs)
        deviation = np.maximum(np.sqrt(np.asarray(layer.variance)), keras.config.epsilon())
        return (args[0] - np.asarray(layer.mean)) / deviation

    return keras.models.clone_model(model, clone_function=lambda layer: layer, call_function=call)


def to_onnx(model: Any) -> bytes:
    """The model as ONNX: for any number of clips at a time, or for as many as its inputs say."""
    # Keras would free the number of clips of each input where it is not told what they are.
    entries = [keras.InputSpec(shape=entry.shape, dtype=entry.dtype, name=entry.name) for entry in model.inputs]
    signature = [entries] if len(entries) > 1 else entries
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = Path(folder) / "model.onnx"
        model.export(path, format="onnx", verbose=False, input_signature=signature)
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


def convert(card: AnyCard, folder: Path, network: Any, name: str) -> bytes:
    """The network of a model folder in a format. An encoder's LiteRT file is the very one that is served, in eight bits
    and with logits as its output: as a network of float32 it would be four times its size.
    """
    if _is_served(card, name):
        return read_verified(card, folder, SERVED_FILE)
    return FORMATS[name].convert(network)


def opened(card: AnyCard, name: str, content: bytes) -> Answer:
    """What answers with calibrated probabilities, from the bytes that `convert` gave."""
    answer = FORMATS[name].open(content)
    if _is_served(card, name):
        return lambda inputs: softmax(answer(inputs), card.calibration.temperature).astype(np.float32)
    return answer


def _is_served(card: AnyCard, name: str) -> bool:
    return isinstance(card, EncoderCard) and name == "tflite"


def probe(card: AnyCard, seed: int) -> dict[str, FloatArray]:
    """Inputs for one clip, by name: what a model is given of two seconds of noise of some colour."""
    noise = two_seconds_of_noise(seed)
    if isinstance(card, EncoderCard):
        heard = whisper_log_mel(noise.samples)
        moments = np.arange(len(heard) // 2)
        spans = np.array([moments >= 0, moments < len(moments) // 2], dtype=np.float32)
        return encoder_inputs(heard, spans)
    if isinstance(card, ClassicCard):
        return {"values": get_feature_set(card.features).extract(noise)[None]}
    of_window = model_input(noise, card.features)
    frames = fit_window(of_window.frames, card.n_frames)
    return {"log_mel": frames[None], "functionals": of_window.functionals[None]}


def measure(card: AnyCard, model: Any, contents: Mapping[str, bytes], keras_size: int) -> tuple[Measured, ...]:
    """Size and latency of a network in Keras and in each format given, and how far its answers lie from Keras'."""
    probes = [probe(card, seed) for seed in range(3)]
    answers: dict[str, Answer] = {"keras": lambda inputs: by_keras(model, inputs)}
    answers |= {name: opened(card, name, content) for name, content in contents.items()}
    sizes = {"keras": keras_size} | {name: len(content) for name, content in contents.items()}
    expected = [answers["keras"](inputs) for inputs in probes]
    return tuple(
        Measured(
            name,
            sizes[name] / 1e6,
            median_ms(lambda answer=answer: answer(probes[0])),  # type: ignore[misc]
            max(float(np.abs(answer(inputs) - right).max()) for inputs, right in zip(probes, expected, strict=True)),
            EIGHT_BIT_TOLERANCE if _is_served(card, name) else TOLERANCE,
        )
        for name, answer in answers.items()
    )


def by_keras(model: Any, inputs: Mapping[str, FloatArray]) -> FloatArray:
    """What a Keras model answers, given its inputs among others by name."""
    return np.asarray(model.predict_on_batch({entry.name: inputs[entry.name] for entry in model.inputs}))
