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
        inputs: shape of each input by name, including the batch of one.
        output: shape of the output.
    """

    def __init__(self, content: bytes) -> None:
        # Imported here, so that reading a card does not load the interpreter.
        from ai_edge_litert.interpreter import Interpreter

        try:
            with _native_messages_dropped():
                self._interpreter: Any = Interpreter(model_content=content, num_threads=1)
                self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"LiteRT cannot run the file: {error}") from error
        # LiteRT calls an input "serving_default_NAME:0".
        entries = {
            entry["name"].removeprefix("serving_default_").partition(":")[0]: entry
            for entry in self._interpreter.get_input_details()
        }
        (exit_,) = self._interpreter.get_output_details()
        self.inputs = {name: tuple(int(n) for n in entry["shape"]) for name, entry in entries.items()}
        self.output = tuple(int(n) for n in exit_["shape"])
        self._places = {name: entry["index"] for name, entry in entries.items()}
        self._output_place = exit_["index"]
        self._lock = threading.Lock()

    def run(self, inputs: Mapping[str, FloatArray]) -> FloatArray:
        """The output for one clip. Inputs that the file does not have are ignored."""
        with self._lock:
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
