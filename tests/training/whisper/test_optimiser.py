import keras
import numpy as np
import pytest

from ser_core.training.whisper.optimiser import no_moments, schedule, stepped


def test_equals_keras_adamw():
    rng = np.random.default_rng(0)
    begin = rng.normal(size=(3, 4)).astype(np.float32)
    gradients = [rng.normal(0, 0.1, (3, 4)).astype(np.float32) for _ in range(5)]
    variable = keras.Variable(begin)
    theirs = keras.optimizers.AdamW(1e-2, weight_decay=0.1, beta_1=0.9, beta_2=0.98, epsilon=1e-8)
    theirs.build([variable])
    weights, moments = [keras.ops.convert_to_tensor(begin)], no_moments([keras.ops.convert_to_tensor(begin)])
    for step, gradient in enumerate(gradients):
        theirs.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        weights, moments = stepped(
            weights, [keras.ops.convert_to_tensor(gradient)], moments, np.float32(step), [1e-2], 0.1, most=1e9
        )
    np.testing.assert_allclose(np.asarray(weights[0]), keras.ops.convert_to_numpy(variable), atol=1e-4)


def test_large_gradients_are_shortened():
    """The first step of Adam is the sign of the gradient, so that the moments show the shortening."""
    weights = [keras.ops.zeros(4)]
    _, moments = stepped(weights, [keras.ops.ones(4) * 50.0], no_moments(weights), np.float32(0), [1.0], 0.0, most=1.0)
    assert float(np.linalg.norm(np.asarray(moments.first[0]))) == pytest.approx(0.1, rel=1e-3)


def test_schedule_rises_and_falls():
    factor = [float(schedule(np.float32(s), np.float32(100))) for s in (0, 5, 9, 10, 55, 99)]
    assert factor[0] == pytest.approx(0.05)
    assert factor[2] == pytest.approx(0.95)
    assert factor[3] == pytest.approx(1, abs=0.01)
    assert factor[4] == pytest.approx(0.5, abs=0.02)
    assert factor[5] < 0.001
