"""The classic architectures: what they take, what they give, and how many parameters that takes."""

import keras
import numpy as np
import pytest

from ser_core.nets import build_net

VECTORS = {"lstm": 40, "gru": 40, "cnn1d-shallow": 181, "cnn1d": 141, "cnn1d-deep": 162}


def trainable(model: keras.Model) -> int:
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)


def test_the_deep_network_has_the_published_number_of_parameters():
    model = build_net("cnn1d-deep", (162, 1), 7)
    assert model.count_params() == 1_283_591
    assert trainable(model) == 1_282_823
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv1D)]
    assert [(layer.filters, layer.kernel_size, layer.padding) for layer in convolutions] == [
        (channels, (8,), "same") for channels in (256, 256, 128, 128, 128, 128, 64, 64)
    ]


def test_the_image_network_is_vgg16_without_its_last_two_blocks():
    model = build_net("cnn2d-vgg", (64, 64), 8)
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [64, 64, 128, 128, 256, 256, 256]
    assert {layer.kernel_size for layer in convolutions} == {(3, 3)}
    dropouts = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert dropouts == [0.1, 0.2]
    # The convolutions of VGG-16's first three blocks on one channel instead of three have 1,734,336 parameters.
    assert sum(layer.count_params() for layer in convolutions) == 1_734_336


def test_the_shallow_network_is_one_convolution():
    model = build_net("cnn1d-shallow", (181, 1), 8)
    (convolution,) = (layer for layer in model.layers if isinstance(layer, keras.layers.Conv1D))
    assert (convolution.filters, convolution.padding) == (64, "same")


def test_the_order_of_the_usual_network():
    kinds = [type(layer).__name__ for layer in build_net("cnn1d", (141, 1), 8).layers]
    assert kinds == [
        "InputLayer", "Conv1D", "Conv1D", "MaxPooling1D", "Dropout", "Conv1D", "MaxPooling1D", "Dropout",
        "BatchNormalization", "Flatten", "Dense", "Dropout", "Dense",
    ]  # fmt: skip


@pytest.mark.parametrize("name, n_values", VECTORS.items())
def test_a_network_can_learn_what_separates_two_vectors(name, n_values, rng):
    keras.utils.set_random_seed(0)
    model = build_net(name, (n_values, 1), 2)
    truth = np.arange(64) % 2
    inputs = (0.3 * rng.standard_normal((64, n_values, 1)) + truth[:, None, None] - 0.5).astype(np.float32)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(3e-3), loss=loss)
    model.fit(inputs, truth, epochs=12, batch_size=16, verbose=0)
    logits = model.predict_on_batch(inputs)
    assert logits.shape == (64, 2)
    assert (logits.argmax(axis=1) == truth).mean() > 0.9
