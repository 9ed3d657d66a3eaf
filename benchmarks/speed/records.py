"""What a measurement leaves: rows of figures, each with its median and quartiles, as they stand in results.json."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Limit:
    """The least that is possible, as far as it can be counted.

    Attributes:
        value: in the unit of the figure.
        of: what was counted.
    """

    value: float
    of: str


@dataclass(frozen=True)
class Figure:
    """What one contestant took.

    Attributes:
        who: the contestant.
        median, low, high: median and quartiles over all rounds, in the unit of the row.
        n: number of rounds; 1 for what is counted rather than timed.
        cpu: mean processor time of all its processes, in the unit of the row; None where that means nothing.
        limit: what it cannot go below; None where nothing was counted.
        ratio: its value over that of the row's first contestant in the same round: median and quartiles.
        notes: other facts about it, by name.
    """

    who: str
    median: float
    low: float
    high: float
    n: int
    cpu: float | None = None
    limit: Limit | None = None
    ratio: tuple[float, float, float] | None = None
    notes: dict[str, Any] | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        found: dict[str, Any] = {"who": self.who, **{n: _short(getattr(self, n)) for n in ("median", "low", "high")}}
        found["n"] = self.n
        if self.cpu is not None:
            found["cpu"] = _short(self.cpu)
        if self.limit is not None:
            found["limit"] = {"value": _short(self.limit.value), "of": self.limit.of}
        if self.ratio is not None:
            found["ratio"] = [_short(value) for value in self.ratio]
        if self.notes:
            found["notes"] = self.notes
        return found


@dataclass(frozen=True)
class Row:
    """One question and what each contestant needs for it."""

    what: str
    unit: str
    figures: tuple[Figure, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {"what": self.what, "unit": self.unit, "figures": [figure.plain() for figure in self.figures]}


def figure(
    who: str,
    values: Sequence[float],
    *,
    scale: float = 1.0,
    cpu: float | None = None,
    limit: Limit | None = None,
    notes: dict[str, Any] | None = None,
) -> Figure:
    """The figure for all values of a contestant, multiplied by `scale` to come into the unit of the row."""
    low, median, high = (float(q) * scale for q in np.quantile(values, [0.25, 0.5, 0.75]))
    return Figure(who, median, low, high, len(values), None if cpu is None else cpu * scale, limit, None, notes)


def with_ratios(figures: Sequence[Figure], rounds: Sequence[Sequence[float]]) -> tuple[Figure, ...]:
    """The figures with their ratios to the first one: `rounds` has the value of each round for each of them.

    The ratio is taken round by round, so that other work on the machine, which comes and goes, disturbs both alike.
    """
    first = np.asarray(rounds[0])
    return tuple(
        each if not number else replace(each, ratio=_quartiles(np.asarray(values)[: len(first)] / first[: len(values)]))
        for number, (each, values) in enumerate(zip(figures, rounds, strict=True))
    )


def _quartiles(values: Any) -> tuple[float, float, float]:
    low, median, high = np.quantile(values, [0.25, 0.5, 0.75])
    return float(median), float(low), float(high)


def _short(value: float) -> float:
    """Four figures are more than any of this is known to.

    >>> _short(0.0123456), _short(1234.56)
    (0.01235, 1235.0)
    """
    return float(f"{value:.4g}")
