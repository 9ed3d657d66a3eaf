"""What a feature set is, and the table of those that are known."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from ser_core.arrays import FloatArray
from ser_core.errors import AudioError, SerError
from ser_core.records import Clip

Extractor = Callable[[Clip], FloatArray]

# What the contours are made at; every clip is decoded to it.
RATE_HZ = 16_000


@dataclass(frozen=True)
class FeatureSet:
    """What a classic model sees of a clip.

    Attributes:
        name: how recipes call it.
        summary: one sentence.
        columns: names of the values along the last axis.
        steps: length of the first axis where the set keeps time, None where it is one vector.
        source: where the set comes from.
        version: raised when the values change, so that caches and models do not mix them up.
    """

    name: str
    summary: str
    columns: tuple[str, ...]
    steps: int | None
    source: str
    version: int
    _extract: Extractor

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the values of one clip."""
        return (len(self.columns),) if self.steps is None else (self.steps, len(self.columns))

    @property
    def dimension(self) -> int:
        """Number of values of one clip."""
        return prod(self.shape)

    def extract(self, clip: Clip) -> FloatArray:
        """The values of a clip, float32, of `shape`. Raises AudioError for an empty clip or one not at 16 kHz."""
        if clip.rate_hz != RATE_HZ:
            raise AudioError(f"The features {self.name} are made at {RATE_HZ} Hz; got a clip at {clip.rate_hz} Hz.")
        if not len(clip.samples):
            raise AudioError("The clip is empty; there is nothing to measure in it.")
        return self._extract(clip)


_FEATURE_SETS: dict[str, FeatureSet] = {}


def feature_set(
    name: str,
    *,
    summary: str,
    columns: tuple[str, ...],
    source: str,
    steps: int | None = None,
    version: int = 1,
) -> Callable[[Extractor], Extractor]:
    """Registers an extractor under `name`."""

    def register(extract: Extractor) -> Extractor:
        _FEATURE_SETS[name] = FeatureSet(name, summary, columns, steps, source, version, extract)
        return extract

    return register


def feature_sets() -> tuple[FeatureSet, ...]:
    """All known feature sets, by name."""
    return tuple(_FEATURE_SETS[name] for name in sorted(_FEATURE_SETS))


def get_feature_set(name: str) -> FeatureSet:
    """The feature set called `name`. Raises SerError when there is none."""
    try:
        return _FEATURE_SETS[name]
    except KeyError:
        raise SerError(f"There is no feature set {name!r}. Known are: {', '.join(sorted(_FEATURE_SETS))}.") from None
