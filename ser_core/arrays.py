"""Names for the array types used throughout the core. The functions give the shapes."""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
"""Samples, spectra, features: what is held by the million and needs no more than seven digits."""

HalfArray = npt.NDArray[np.float16]
"""What is kept by the gigabyte."""

DoubleArray = npt.NDArray[np.float64]
"""Times, logits, probabilities, statistics."""

RealArray = npt.NDArray[np.floating[Any]]
"""Either of the two."""

IntArray = npt.NDArray[np.int64]
"""Indices and counts."""

Mask = npt.NDArray[np.bool_]
"""True where something holds."""

Samples = FloatArray
"""Mono sound: shape (n,), in [-1, 1]."""

Frames = FloatArray
"""One row of features a frame: shape (n_frames, n_features)."""
