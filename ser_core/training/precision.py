"""Half precision where it is enough, for networks whose convolutions would take hours."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from ser_core.machine import computes_in_bfloat16


@contextmanager
def half_precision() -> Iterator[None]:
    """Layers built in this context compute in bfloat16 and keep their weights in float32, where the processor has it:
    there this is up to twice as fast. Elsewhere they compute in float32: six short epochs of `cnn2d-vgg` took 217 s in
    an emulated bfloat16 and 22 s in float32. Sums that need more digits (losses, moments of batches) stay in float32.
    """
    if not computes_in_bfloat16():
        yield
        return
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
