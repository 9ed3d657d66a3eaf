"""What ensembles learn from: log-mels and functionals of every clip and of copies of it."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ser_core.arrays import FloatArray, Frames, IntArray, Mask
from ser_core.augment import Copies, copies_of
from ser_core.corpora import Utterance
from ser_core.dsp.conditioning import condition
from ser_core.features.log_mel import LogMelConfig
from ser_core.features.model_input import model_input, spoken_frames
from ser_core.labels import Emotion
from ser_core.records import Clip
from ser_core.training.data.cache import Arrays, Making, Source, make

HalfFrames = npt.NDArray[np.float16]

# Raised when what is computed changes, so that old cache files are not read.
_LOG_MELS_VERSION = 9
_FUNCTIONALS_VERSION = 3


@dataclass(frozen=True)
class _OfCopies:
    """Something of the clip as recorded and then of copies."""

    config: LogMelConfig
    copies: Copies
    seed: int
    hears_others = True
    _kind: ClassVar[str]
    _version: ClassVar[int]

    @property
    def name(self) -> str:
        """See `Making`."""
        facts = json.dumps([self._version, asdict(self)])
        return f"{self._kind}-{hashlib.sha256(facts.encode()).hexdigest()[:16]}"

    def _clips(self, source: Source, clip: Clip) -> list[Clip]:
        rng = source.rng(self.seed, self._kind)
        talkers = source.talkers(rng) if self.copies.mixed or self.copies.noisy else []
        # Last of all, as what is served is conditioned with all that is in it.
        return [condition(one) for one in (clip, *copies_of(clip, self.copies, talkers, rng))]


class LogMels(_OfCopies):
    """Spoken frames, float16, each of shape (frames, bands)."""

    _kind, _version = "log-mels", _LOG_MELS_VERSION

    def make(self, source: Source, clip: Clip, shared: dict[str, Any]) -> Arrays:
        """See `Making`."""
        return [spoken_frames(one, self.config).astype(np.float16) for one in self._clips(source, clip)]


class Functionals(_OfCopies):
    """Functionals, float32, shape (1 + copies, functionals)."""

    _kind, _version = "functionals", _FUNCTIONALS_VERSION

    def make(self, source: Source, clip: Clip, shared: dict[str, Any]) -> Arrays:
        """See `Making`."""
        return [np.stack([model_input(one, self.config).functionals for one in self._clips(source, clip)])]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Log-mels and functionals ready for training.

    Attributes:
        utterances: what each row is.
        frames: for each utterance its spoken frames as recorded and then of copies, float16.
        functionals: of each utterance as recorded, then of other copies, float32, shape (n, 1 + copies, functionals).
        truth: position of each utterance's emotion in `labels`, shape (n,).
        possible: which emotions the utterance's corpus has at all, bool, shape (n, labels).
        labels: the emotions.
    """

    utterances: tuple[Utterance, ...]
    frames: tuple[tuple[HalfFrames, ...], ...]
    functionals: FloatArray
    truth: IntArray
    possible: Mask
    labels: tuple[Emotion, ...]

    def __len__(self) -> int:
        return len(self.utterances)

    def clean(self, row: int) -> Frames:
        """The frames of a row as it was recorded, float32."""
        return self.frames[row][0].astype(np.float32)


def prepare(
    utterances: Sequence[Utterance],
    log_mels: LogMels,
    functionals: Functionals,
    cache_dir: Path,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Dataset:
    """Both of every utterance; the labels are the emotions that these have. Raises AudioError as `make` does."""
    both: tuple[Making, Making] = (log_mels, functionals)
    made = make(utterances, both, cache_dir, on_progress)
    labels = tuple(e for e in Emotion if any(u.emotion == e for u in utterances))
    of_corpus = {name: {u.emotion for u in utterances if u.corpus == name} for name in {u.corpus for u in utterances}}
    return Dataset(
        utterances=tuple(utterances),
        frames=tuple(tuple(frames) for frames in made[log_mels.name]),
        functionals=np.stack([one for (one,) in made[functionals.name]]),
        truth=np.array([labels.index(u.emotion) for u in utterances], dtype=np.int64),
        possible=np.array([[label in of_corpus[u.corpus] for label in labels] for u in utterances]),
        labels=labels,
    )


def subset(data: Dataset, utterances: Sequence[Utterance]) -> Dataset:
    """The rows of `data` that are `utterances`."""
    wanted = {u.path for u in utterances}
    rows = [i for i, u in enumerate(data.utterances) if u.path in wanted]
    return Dataset(
        tuple(data.utterances[i] for i in rows),
        tuple(data.frames[i] for i in rows),
        data.functionals[rows],
        data.truth[rows],
        data.possible[rows],
        data.labels,
    )
