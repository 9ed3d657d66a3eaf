"""Runs a served file with LiteRT, without TensorFlow."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ser_core.arrays import FloatArray
from ser_core.errors import ModelError


class LiteRt:
    """A served file on one thread, for one clip at a time. Safe to share between threads.

    Attributes:
        inputs: shape of each input by its name, the batch of one included; -1 for a length that may change.
        output: shape of the output, likewise.
    """

    def __init__(self, content: bytes) -> None:
        # Imported here, so that reading a card does not load the interpreter.
        from ai_edge_litert.interpreter import Interpreter

        try:
            with _native_messages_dropped():
                self._interpreter: Any = Interpreter(model_content=content, num_threads=1)
                # LiteRT calls an input "serving_default_NAME:0".
                entries = {
                    entry["name"].removeprefix("serving_default_").partition(":")[0]: entry
                    for entry in self._interpreter.get_input_details()
                }
                signatures = {name: entry["shape_signature"] for name, entry in entries.items()}
                # What takes any length is planned for the first one that comes.
                if not any((signature < 0).any() for signature in signatures.values()):
                    self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError("LiteRT cannot run the file: {error}", error=str(error)) from error
        (exit_,) = self._interpreter.get_output_details()
        self.inputs = {name: tuple(int(n) for n in signature) for name, signature in signatures.items()}
        self.output = tuple(int(n) for n in exit_["shape_signature"])
        self._planned = self.inputs
        self._places = {name: entry["index"] for name, entry in entries.items()}
        self._output_place = exit_["index"]
        self._lock = threading.Lock()

    def run(self, inputs: Mapping[str, FloatArray]) -> FloatArray:
        """The output for one clip. What the file has no input for is left out.

        Inputs may have other lengths than the last time where the file leaves them open.
        """
        with self._lock:
            shapes = {name: inputs[name].shape for name in self._places}
            if shapes != self._planned:
                for name, place in self._places.items():
                    self._interpreter.resize_tensor_input(place, shapes[name], strict=True)
                with _native_messages_dropped():
                    self._interpreter.allocate_tensors()
                self._planned = shapes
            for name, place in self._places.items():
                self._interpreter.set_tensor(place, inputs[name])
            self._interpreter.invoke()
            return np.array(self._interpreter.get_tensor(self._output_place))


@contextmanager
def _native_messages_dropped() -> Iterator[None]:
    """Drops what native code writes to stderr: LiteRT announces its delegate there, but the command line promises only
    errors.
    """
    try:
        kept = os.dup(2)
    except OSError:  # this process has no stderr at all
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
