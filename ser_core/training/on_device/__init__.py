"""Augmentation on `keras.ops`, for many clips at once on the device that trains.

Serving-side transforms, for single clips, are in `ser_core.augment`; these take a number a clip for each parameter.
"""

from ser_core.training.on_device.augmentation import Draws, Source, drawn, frames_of, heard, untouched

__all__ = ["Draws", "Source", "drawn", "frames_of", "heard", "untouched"]
