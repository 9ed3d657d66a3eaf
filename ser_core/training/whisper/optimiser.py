"""AdamW with a rate of its own for every weight, as plain functions, so that a compiled step holds all of it."""

from typing import Any, NamedTuple

from keras import ops

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.98, 1e-8


class Moments(NamedTuple):
    """What Adam remembers of each weight."""

    first: list[Any]
    second: list[Any]


def no_moments(weights: list[Any]) -> Moments:
    """Before the first step."""
    return Moments([ops.zeros_like(w) for w in weights], [ops.zeros_like(w) for w in weights])


def stepped(
    weights: list[Any],
    gradients: list[Any],
    moments: Moments,
    step: Any,
    rates: list[Any],
    decay: Any,
    most: float = 1.0,
) -> tuple[list[Any], Moments]:
    """The weights after one step of AdamW (Loshchilov and Hutter 2019), gradients clipped to a norm of `most`.

    Args:
        weights: before the step.
        gradients: of the same shapes.
        moments: of the step before.
        step: number of the step, from 0, float32.
        rates: of each weight; the schedule is already in it.
        decay: weight decay of matrices; vectors have none.
        most: largest norm of all gradients together.
    """
    norm = ops.sqrt(sum(ops.sum(ops.square(g)) for g in gradients) + 1e-12)
    scale = ops.minimum(1.0, most / norm)
    unbias_1, unbias_2 = 1.0 - _BETA_1 ** (step + 1.0), 1.0 - _BETA_2 ** (step + 1.0)
    new, first, second = [], [], []
    for w, g, m, v, rate in zip(weights, gradients, *moments, rates, strict=True):
        g = g * scale
        m = _BETA_1 * m + (1.0 - _BETA_1) * g
        v = _BETA_2 * v + (1.0 - _BETA_2) * ops.square(g)
        change = (m / unbias_1) / (ops.sqrt(v / unbias_2) + _EPSILON)
        if len(w.shape) > 1:
            change = change + decay * w
        new.append(w - rate * change)
        first.append(m)
        second.append(v)
    return new, Moments(first, second)


def schedule(step: Any, n_steps: Any, warm_up: float = 0.1) -> Any:
    """Factor of the rates: linear warm-up over the share `warm_up` of the steps, then half a cosine to 0."""
    done = (step + 0.5) / n_steps
    falling = 0.5 * (1.0 + ops.cos(3.14159265 * ops.clip((done - warm_up) / (1.0 - warm_up), 0.0, 1.0)))
    return ops.where(done < warm_up, done / warm_up, falling)
