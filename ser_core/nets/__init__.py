"""Network architectures. Each file registers the builder of one. Imports Keras, so it is for training only."""

from ser_core.nets import cnn1d, cnn1d_deep, cnn1d_shallow, cnn2d_vgg, crnn, gru, lstm  # noqa: F401  (each registers)
from ser_core.nets.registry import build_net, nets

__all__ = ["build_net", "nets"]
