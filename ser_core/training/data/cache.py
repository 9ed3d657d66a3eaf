"""What is made of recordings, made once: on all cores, each recording decoded once, kept on disk by its content.

A recording is known by its digest, wherever it lies, and what is made of it by all that goes into it. So a cache is
right for ever, and never mixed: it may be deleted, and nothing else has to be done with it.
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

# Recordings between two files of the cache: what an interruption can cost.
_CHUNK = 512
# Recordings of the same voice from which the babble behind a clip is mixed, each at another speed to sound like other
# people: so no voice of one side of a split gets into the other.
_TALKERS = 8
_TALKER_SPEEDS = (0.75, 1.35)
# Decoded recordings that each process keeps for it: those of a voice, and some 100 MB.
_RECORDINGS_KEPT = 512


@dataclass(frozen=True)
class Source:
    """A recording from which something is made.

    Attributes:
        path: the file.
        digest: SHA-256 of its content.
        same_voice: all recordings of its speaker, in an order that their content decides.
        voice_digest: of those.
    """

    path: Path
    digest: str
    same_voice: tuple[Path, ...]
    voice_digest: str

    def rng(self, seed: int, purpose: str) -> np.random.Generator:
        """Chance that follows the recording and the purpose, so that the order of recordings changes nothing."""
        return np.random.default_rng([seed, int(self.digest[:16], 16), *purpose.encode()])

    def talkers(self, rng: np.random.Generator) -> list[Samples]:
        """What babble behind this recording is mixed from."""
        chosen = [self.same_voice[i] for i in rng.integers(len(self.same_voice), size=_TALKERS)]
        return [at_speed(_decoded(path), rng.uniform(*_TALKER_SPEEDS)).samples for path in chosen]


class Making(Protocol):
    """Something that is made of each recording."""

    @property
    def name(self) -> str:
        """Changes with everything that goes into it but the recording."""
        ...

    @property
    def hears_others(self) -> bool:
        """Whether other recordings of the voice go into it too."""
        ...

    def make(self, source: Source, clip: Clip, shared: dict[str, Any]) -> Arrays:
        """Makes it; as many arrays for every clip, which may differ in their first axis only.

        `shared` is a place for what several makings of the same clip need.
        """
        ...


def make(
    utterances: Sequence[Utterance],
    makings: Iterable[Making],
    cache_dir: Path,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, list[Arrays]]:
    """What each of `makings` makes of each utterance, by its name.

    What was made before is read from `cache_dir`; an interrupted run goes on where it stopped.
    Raises AudioError, naming the file, when one cannot be used.
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
    # Joblib's processes, unlike the standard library's, do not run the caller's main module again.
    tasks = (delayed(_make_one)(source, makings) for source in sources)
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
    """The recording, decoded once for all the clips behind which it murmurs."""
    return audio.read_clip(path)


class _Store:
    """A folder of files that each hold what was made of some recordings; none is ever changed."""

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
        """Writes a file of its own, so that programs that write at once do not get in each other's way."""
        flat = [array for arrays in values.values() for array in arrays]
        name = hashlib.sha256("".join(values).encode()).hexdigest()[:16]
        with replacing(self._folder / f"{name}.npz") as partial:
            np.savez(partial, keys=list(values), lengths=[len(array) for array in flat], cells=np.concatenate(flat))
        self.values |= values
