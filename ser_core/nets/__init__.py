"""Network architectures. One file an architecture; each registers its builder. Imports Keras: training only."""

from ser_core.nets import crnn  # noqa: F401  (the import registers the architecture)
from ser_core.nets.registry import build_net, nets

__all__ = ["build_net", "nets"]
