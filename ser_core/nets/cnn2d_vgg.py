"""VGG-16 without its last two blocks (Simonyan and Zisserman 2015), over a log-mel as an image."""

import keras
from keras import layers, ops

from ser_core.nets.registry import net

# channels and number of the 3x3 convolutions of each block, each followed by 2x2 max-pooling
_BLOCKS = ((64, 2), (128, 2), (256, 3))
_DENSE = 512
_DROPOUTS = (0.1, 0.2)


@net("cnn2d-vgg")
def build(input_shape: tuple[int, int], n_classes: int) -> keras.Model:
    """The network, from (batch, frames, bands) to logits (batch, n_classes)."""
    log_mel = keras.Input(input_shape, name="log_mel")
    x = ops.expand_dims(log_mel, -1)
    for channels, n_convolutions in _BLOCKS:
        for _ in range(n_convolutions):
            # He initialisation: with Keras' default, so many layers without normalisation have too little variance to
            # learn.
            x = layers.Conv2D(channels, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    for dropout in _DROPOUTS:
        x = layers.Dropout(dropout)(layers.Dense(_DENSE, activation="relu", kernel_initializer="he_normal")(x))
    return keras.Model(log_mel, layers.Dense(n_classes, name="logits")(x), name="cnn2d-vgg")
