"""The cache of training data: computed on all cores, decoding each recording once, and kept on disk by content.

A recording is identified by its digest, wherever it is, and derived data by everything that goes into them. So an entry
is valid for ever and never needs invalidating; the cache is safe to delete.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from ser_core import audio
from ser_core.arrays import Samples
from ser_core.atomic import replacing
from ser_core.augment import at_speed
from ser_core.corpora import Utterance
from ser_core.errors import AudioError
from ser_core.records import Clip

Arrays = list[npt.NDArray[Any]]

# Recordings per file of the cache: as many can be lost in an interruption.
_CHUNK = 512
# Number of recordings of the same voice from which the babble behind a clip is mixed, each at another speed to sound
# like other people, so that no voice of one side of a split gets into the other.
_TALKERS = 8
_TALKER_SPEEDS = (0.75, 1.35)
# Decoded recordings that each process keeps for babble: those of one voice, about 100 MB.
_RECORDINGS_KEPT = 512


@dataclass(frozen=True)
class Source:
    """A recording from which data are derived.

    Attributes:
        path: the file.
        digest: SHA-256 of its content.
        same_voice: all recordings of its speaker, in an order that depends on their content.
        voice_digest: digest of these.
    """

    path: Path
    digest: str
    same_voice: tuple[Path, ...]
    voice_digest: str

    def rng(self, seed: int, purpose: str) -> np.random.Generator:
        """A random generator that depends on recording and purpose, so that the order of recordings does not matter."""
        return np.random.default_rng([seed, int(self.digest[:16], 16), *purpose.encode()])

    def talkers(self, rng: np.random.Generator) -> list[Samples]:
        """The recordings from which babble behind this one is mixed."""
        chosen = [self.same_voice[i] for i in rng.integers(len(self.same_voice), size=_TALKERS)]
        return [at_speed(_decoded(path), rng.uniform(*_TALKER_SPEEDS)).samples for path in chosen]


class Making(Protocol):
    """Data derived from each recording."""

    @property
    def name(self) -> str:
        """Changes with everything that goes into the data, except the recording."""
        ...

    @property
    def hears_others(self) -> bool:
        """Whether other recordings of the voice go into the data too."""
        ...

    def make(self, source: Source, clip: Clip, shared: dict[str, Any]) -> Arrays:
        """Derives the data: the same number of arrays for every clip, which may differ only in their first axis.

        `shared` is a place for values that several makings of the same clip need.
        """
        ...


def make(
    utterances: Sequence[Utterance],
    makings: Iterable[Making],
    cache_dir: Path,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, list[Arrays]]:
    """The data that each of `makings` derives from each utterance, by name.

    Earlier results are read from `cache_dir`; an interrupted run resumes where it stopped. Raises AudioError, naming
    the file, when one cannot be used.
    """
    wanted = {making.name: making for making in makings}
    sources = _sources(utterances)
    keys = {name: [_key(making, source) for source in sources] for name, making in wanted.items()}
    stores = {name: _Store(cache_dir / name, set(keys[name])) for name in wanted}
    todo = {
        source.digest: source
        for row, source in enumerate(sources)
        if any(keys[name][row] not in store.values for name, store in stores.items())
    }
    made = _made(list(todo.values()), list(wanted.values()))
    chunk: list[tuple[Source, list[Arrays]]] = []
    for done, (source, results) in enumerate(zip(todo.values(), made, strict=True), 1):
        chunk.append((source, results))
        if len(chunk) == _CHUNK or done == len(todo):
            for place, (name, store) in enumerate(stores.items()):
                store.add({_key(wanted[name], source): results[place] for source, results in chunk})
            chunk = []
        on_progress(done, len(todo))
    return {name: [store.values[key] for key in keys[name]] for name, store in stores.items()}


def _sources(utterances: Sequence[Utterance]) -> list[Source]:
    digests = [hashlib.sha256(u.path.read_bytes()).hexdigest() for u in utterances]
    of_voice: dict[str, dict[str, Path]] = {}
    for utterance, digest in zip(utterances, digests, strict=True):
        of_voice.setdefault(utterance.voice, {})[digest] = utterance.path
    ordered = {voice: dict(sorted(paths.items())) for voice, paths in of_voice.items()}
    content = {voice: hashlib.sha256("".join(paths).encode()).hexdigest() for voice, paths in ordered.items()}
    return [
        Source(u.path, digest, tuple(ordered[u.voice].values()), content[u.voice])
        for u, digest in zip(utterances, digests, strict=True)
    ]


def _key(making: Making, source: Source) -> str:
    return f"{source.digest}-{source.voice_digest}" if making.hears_others else source.digest


def _made(sources: Sequence[Source], makings: Sequence[Making]) -> Iterator[list[Arrays]]:
    # The first one here: librosa compiles functions at their first use and leaves them in a cache of files, which
    # several processes at once have spoilt for each other.
    for source in sources[:1]:
        yield _make_one(source, makings)
    # Unlike the standard library's, joblib's processes do not run the caller's main module again.
    tasks = (delayed(_make_one)(source, makings) for source in sources[1:])
    made: Any = Parallel(n_jobs=-1, return_as="generator", batch_size=8)(tasks)
    yield from made


def _make_one(source: Source, makings: Sequence[Making]) -> list[Arrays]:
    try:
        clip = audio.read_clip(source.path)
        shared: dict[str, Any] = {}
        return [making.make(source, clip, shared) for making in makings]
    except AudioError as error:
        raise AudioError(f"{source.path}: {error}") from error


@lru_cache(maxsize=_RECORDINGS_KEPT)
def _decoded(path: Path) -> Clip:
    """The recording, decoded once for all the clips in whose babble it occurs."""
    return audio.read_clip(path)


class _Store:
    """A folder of files, each with the data of some recordings; files are never changed."""

    def __init__(self, folder: Path, wanted: set[str]) -> None:
        self._folder = folder
        self.values: dict[str, Arrays] = {}
        for path in sorted(folder.glob("*.npz")):
            with np.load(path) as stored:
                if wanted.isdisjoint(keys := stored["keys"].tolist()):
                    continue
                flat = np.split(stored["cells"], np.cumsum(stored["lengths"])[:-1])
            n = len(flat) // len(keys)
            of_key = {key: flat[i * n : (i + 1) * n] for i, key in enumerate(keys)}
            self.values |= {key: of_key[key] for key in wanted & of_key.keys()}

    def add(self, values: dict[str, Arrays]) -> None:
        """Writes a separate file, so that programs that write at the same time do not interfere."""
        flat = [array for arrays in values.values() for array in arrays]
        name = hashlib.sha256("".join(values).encode()).hexdigest()[:16]
        with replacing(self._folder / f"{name}.npz") as partial:
            np.savez(partial, keys=list(values), lengths=[len(array) for array in flat], cells=np.concatenate(flat))
        self.values |= values
