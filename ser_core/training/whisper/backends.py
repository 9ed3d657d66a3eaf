"""What differs between backends: gradients, compilation, and many steps in one call."""

from collections.abc import Callable
from typing import Any

import keras

Loss = Callable[..., Any]
Step = Callable[..., Any]


def with_gradients(loss: Loss) -> Callable[..., tuple[Any, list[Any]]]:
    """A function of (weights, *others) that gives the loss and its gradients by the weights, a list of arrays."""
    backend = keras.backend.backend()
    if backend == "jax":
        import jax  # type: ignore[import-not-found]  # an optional backend

        return jax.value_and_grad(loss)
    if backend == "tensorflow":
        return _tensorflow_gradients(loss)
    if backend == "torch":
        return _torch_gradients(loss)
    raise ValueError(f"Training runs on jax, tensorflow or torch; Keras is set to {backend}.")


def over_steps(step: Step) -> Step:
    """`step(state, item, *constant) -> state, result` over many items at once: (state, items, *constant).

    Compiled where the backend can. `items` is a tuple of arrays with the steps first; gives the last state and the
    results, a list or an array.
    """
    if keras.backend.backend() == "jax":
        import jax

        def scanned(state: Any, items: Any, *constant: Any) -> Any:
            return jax.lax.scan(lambda s, item: step(s, item, *constant), state, items)

        return jax.jit(scanned, donate_argnums=0)
    compiled = step
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        compiled = tf.function(step)

    def looped(state: Any, items: Any, *constant: Any) -> Any:
        results = []
        for n in range(len(items[0])):
            state, result = compiled(state, type(items)(*(part[n] for part in items)), *constant)
            results.append(result)
        return state, keras.ops.stack(results)

    return looped


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled where the backend can."""
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(function)
    return function


def _tensorflow_gradients(loss: Loss) -> Callable[..., tuple[Any, list[Any]]]:
    import tensorflow as tf

    def both(weights: list[Any], *others: Any) -> tuple[Any, list[Any]]:
        with tf.GradientTape() as tape:
            tape.watch(weights)
            value = loss(weights, *others)
        found = tape.gradient(value, weights)
        return value, [
            tf.zeros_like(w) if g is None else tf.convert_to_tensor(g) for w, g in zip(weights, found, strict=True)
        ]

    return both


def _torch_gradients(loss: Loss) -> Callable[..., tuple[Any, list[Any]]]:
    import torch  # type: ignore[import-not-found]  # an optional backend

    def both(weights: list[Any], *others: Any) -> tuple[Any, list[Any]]:
        own = [w.detach().requires_grad_(True) for w in weights]
        value = loss(own, *others)
        found = torch.autograd.grad(value, own, allow_unused=True)
        return value.detach(), [torch.zeros_like(w) if g is None else g for w, g in zip(own, found, strict=True)]

    return both
