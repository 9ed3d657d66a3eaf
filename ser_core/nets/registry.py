"""The table of architectures."""

from collections.abc import Callable
from typing import Any

from ser_core.errors import SerError

# (frames, bands), number of classes -> a Keras model that gives logits
Builder = Callable[[tuple[int, int], int], Any]

_NETS: dict[str, Builder] = {}


def net(name: str) -> Callable[[Builder], Builder]:
    """Registers an architecture under `name`."""

    def register(build: Builder) -> Builder:
        _NETS[name] = build
        return build

    return register


def nets() -> tuple[str, ...]:
    """Names of all architectures."""
    return tuple(sorted(_NETS))


def build_net(name: str, input_shape: tuple[int, int], n_classes: int) -> Any:
    """A fresh Keras model that maps (batch, frames, bands) to logits of shape (batch, n_classes).

    Raises SerError for an unknown name.
    """
    if name not in _NETS:
        raise SerError(f"There is no network {name!r}. Known networks: {', '.join(nets())}.")
    return _NETS[name](input_shape, n_classes)
