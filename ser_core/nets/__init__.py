"""Network architectures. One file an architecture; each registers its builder. Imports Keras: training only."""

from ser_core.nets import cnn1d, cnn1d_deep, cnn1d_shallow, cnn2d_vgg, crnn, gru, lstm  # noqa: F401  (each registers)
from ser_core.nets.registry import build_net, nets

__all__ = ["build_net", "nets"]
