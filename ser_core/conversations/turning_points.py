"""Where a voice changed and stayed changed.

Binary segmentation (Scott and Knott 1974, "A cluster analysis method for grouping means in the analysis of variance")
of the course of valence and arousal: the moment is sought at which two means, one before and one after, leave the least
squared error, each answer counting by its length. It is a turning point if all of this holds:

- the voice speaks for at least 15 s on either side, up to the next turning point: a remark in between is none;
- the two means are at least 0.3 apart in the plane of valence and arousal, in which each axis goes from -1 to 1;
- and they are at least 3 standard errors apart. Smoothing joins neighbours, so 10 s of speech count as one observation.

Both sides are then searched in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ser_core.arrays import DoubleArray
from ser_core.recognition.affect import affect_of
from ser_core.records import Segment

STAYS_S = 15.0
LEAST_CHANGE = 0.3
_STANDARD_ERRORS = 3.0
_OBSERVATION_S = 10.0


@dataclass(frozen=True, eq=False)
class TurningPoint:
    """A moment at which a voice changed and stayed changed.

    Attributes:
        at_s: when.
        before, after: its answers since the turning point before, and up to the next.
    """

    at_s: float
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]


def turning_points(timeline: Sequence[Segment]) -> tuple[TurningPoint, ...]:
    """The turning points of a voice, in order."""
    if not timeline:
        return ()
    course = _course(timeline)
    lengths_s = np.array([segment.end_s - segment.start_s for segment in timeline])
    edges = [0, *changes(course, lengths_s), len(timeline)]
    return tuple(
        TurningPoint(timeline[here].start_s, tuple(timeline[last:here]), tuple(timeline[here:following]))
        for last, here, following in zip(edges, edges[1:], edges[2:], strict=False)
    )


def mean_affect(segments: Sequence[Segment]) -> tuple[float, float]:
    """Mean valence and arousal of at least one answer, each counting by its length."""
    lengths_s = [segment.end_s - segment.start_s for segment in segments]
    valence, arousal = np.average(_course(segments), axis=0, weights=lengths_s)
    return float(valence), float(arousal)


def _course(segments: Sequence[Segment]) -> DoubleArray:
    """Valence and arousal of each answer, shape (n, 2)."""
    affects = [affect_of(segment.prediction.scores) for segment in segments]
    return np.array([(each.valence, each.arousal) for each in affects])


def changes(course: DoubleArray, lengths_s: DoubleArray) -> list[int]:
    """The rows at which a course, shape (n, 2), changes; each row stands for some seconds of speech, shape (n,)."""
    at = _change(course, lengths_s)
    if at is None:
        return []
    before, after = changes(course[:at], lengths_s[:at]), changes(course[at:], lengths_s[at:])
    return [*before, at, *(at + each for each in after)]


def _change(course: DoubleArray, lengths_s: DoubleArray) -> int | None:
    """The row that splits the course best, if that is a turning point."""
    spoken_s = np.cumsum(lengths_s)
    sums = np.cumsum(course * lengths_s[:, None], axis=0)
    total_s, total = spoken_s[-1], sums[-1]
    # Of a split before row i, for i from 1 to n - 1.
    before_s, after_s = spoken_s[:-1], total_s - spoken_s[:-1]
    allowed = (before_s >= STAYS_S) & (after_s >= STAYS_S)
    if not allowed.any():
        return None
    means_before = sums[:-1] / before_s[:, None]
    means_after = (total - sums[:-1]) / np.maximum(after_s, 1e-9)[:, None]
    apart = np.linalg.norm(means_before - means_after, axis=1)
    # The squared error that a split takes away. Beside a better one that is not allowed, none is a turning point: it
    # would be a shorter change, filled up with what is around it.
    gain = before_s * after_s / total_s * apart**2
    around = np.pad(gain, 1, constant_values=-1.0)
    allowed &= (gain >= around[:-2]) & (gain >= around[2:])
    if not allowed.any():
        return None
    best = int(np.argmax(np.where(allowed, gain, -1.0)))
    error = float(np.sum(lengths_s * np.sum((course - total / total_s) ** 2, axis=1)) - gain[best])
    observations = total_s / _OBSERVATION_S
    variance = max(error, 0.0) / total_s * observations / max(observations - 2, 1.0)
    standard_error = np.sqrt(variance * _OBSERVATION_S * (1 / before_s[best] + 1 / after_s[best]))
    if apart[best] < max(LEAST_CHANGE, _STANDARD_ERRORS * standard_error):
        return None
    return best + 1
