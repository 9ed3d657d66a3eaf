"""Chance for transforms that run inside a compiled step: every draw of a step comes from the step's own key."""

from typing import Any

import keras
from keras import ops


class Chance(keras.random.SeedGenerator):  # type: ignore[misc]  # Keras has no types
    """Seeds for `keras.random`, one after the other, from a key that may be known only when the step runs."""

    def __init__(self, key: Any):
        """`key`: two whole numbers, shape (2,), of the type that the backend takes for seeds."""
        self._key, self._drawn = key, 0

    def next(self, ordered: bool = True) -> Any:
        """The next seed, shape (2,)."""
        self._drawn += 1
        return self._key + ops.convert_to_tensor([0, self._drawn], dtype=self._key.dtype)

    def uniform(self, shape: tuple[int, ...], low: float = 0.0, high: float = 1.0) -> Any:
        """Evenly between `low` and `high`."""
        return keras.random.uniform(shape, low, high, seed=self)

    def normal(self, shape: tuple[int, ...]) -> Any:
        """Of mean 0 and deviation 1."""
        return keras.random.normal(shape, seed=self)

    def happens(self, shape: tuple[int, ...], probability: Any) -> Any:
        """1 with `probability`, otherwise 0."""
        return ops.cast(self.uniform(shape) < probability, "float32")


def new_key(seed: int) -> Any:
    """A key for `Chance` of a number below 2**31."""
    return ops.convert_to_tensor([seed, 0], dtype="uint32" if keras.backend.backend() == "jax" else "int32")


def next_key(key: Any) -> Any:
    """The key of the following step. Seeds of one key differ in their second number, keys in their first."""
    return key + ops.convert_to_tensor([1, 0], dtype=key.dtype)
