"""Utterances as the values classic models take, with augmented copies: made once, kept on disk by content."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from ser_core import audio
from ser_core.arrays import FloatArray, IntArray, Samples
from ser_core.augment import augmented, check_augmentations, noise_files
from ser_core.corpora import Utterance
from ser_core.errors import AudioError, CorpusError
from ser_core.features.feature_sets import FeatureSet, extract_each, get_feature_set

# Raised when the augmentations change, so that old cache files are not read.
_VERSION = 1
# Clips between two writings of the cache: what an interruption can cost.
_CHUNK = 512
_CLEAN = "clean"


@dataclass(frozen=True)
class Augmentation:
    """What is done to copies of the training clips.

    Attributes:
        names: augmentations, one copy of each clip each.
        noise_dir: folder of noises in MS-SNSD's layout; None makes white, pink and babble noise.
        seed: of all chance.
    """

    names: tuple[str, ...] = ()
    noise_dir: Path | None = None
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Vectors:
    """The values of a feature set for some utterances.

    Attributes:
        utterances: what each row is.
        clean: values of the recordings, float32, shape (n, *features.shape).
        copies: values of their augmented copies, float32, shape (n, augmentations, *features.shape).
    """

    utterances: tuple[Utterance, ...]
    clean: FloatArray
    copies: FloatArray

    def rows(self, utterances: Sequence[Utterance]) -> IntArray:
        """Where some of the utterances stand."""
        place = {u.path: i for i, u in enumerate(self.utterances)}
        return np.array([place[u.path] for u in utterances], dtype=np.int64)


def prepare_vectors(
    utterances: Sequence[Utterance],
    features: Sequence[str],
    cache_dir: Path,
    augmentation: Augmentation = Augmentation(),
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Vectors]:
    """The values of every utterance in each of the feature sets named, on all cores.

    What was made before is read from `cache_dir`: a recording is known by its content, wherever it lies, and what
    was made of it by all that went into it. An interrupted run goes on where it stopped. Raises AudioError, naming
    the file, when one cannot be used; CorpusError when there is no noise in the folder of noises.
    """
    check_augmentations(augmentation.names)
    noises = _Noises.of(augmentation)
    digests = [hashlib.sha256(u.path.read_bytes()).hexdigest() for u in utterances]
    wanted = [(get_feature_set(name), kind) for name in features for kind in (_CLEAN, *augmentation.names)]
    stores = [_Store.open(cache_dir, known, kind, augmentation.seed, noises) for known, kind in wanted]
    path_of = {digest: u.path for digest, u in zip(digests, utterances, strict=True)}
    todo = [digest for digest in path_of if not all(digest in store.values for store in stores)]
    for start in range(0, len(todo), _CHUNK):
        chunk = todo[start : start + _CHUNK]
        made = _make(path_of, chunk, wanted, augmentation.seed, noises)
        for done, (digest, values) in enumerate(zip(chunk, made, strict=True), start + 1):
            for store, value in zip(stores, values, strict=True):
                store.values[digest] = value
            on_progress(done, len(todo))
        for store in stores:
            store.write()
    found = {
        (known.name, kind): np.stack([store.values[digest] for digest in digests])
        for (known, kind), store in zip(wanted, stores, strict=True)
    }
    return {
        name: Vectors(
            tuple(utterances),
            found[name, _CLEAN],
            np.stack([found[name, kind] for kind in augmentation.names], axis=1)
            if augmentation.names
            else np.empty((len(utterances), 0, *get_feature_set(name).shape), dtype=np.float32),
        )
        for name in features
    }


@dataclass(frozen=True)
class _Noises:
    """Noise recordings and what they are known by in the cache."""

    paths: tuple[Path, ...]
    digest: str

    @staticmethod
    def of(augmentation: Augmentation) -> "_Noises":
        if augmentation.noise_dir is None or "noise" not in augmentation.names:
            return _Noises((), "own")
        paths = noise_files(augmentation.noise_dir)
        content = hashlib.sha256()
        for path in paths:
            content.update(hashlib.sha256(path.read_bytes()).digest())
        return _Noises(paths, content.hexdigest()[:12])


@dataclass
class _Store:
    """The values of one feature set and kind of copy on disk, by the content of the recording."""

    path: Path
    values: dict[str, FloatArray]

    @staticmethod
    def open(cache_dir: Path, features: FeatureSet, kind: str, seed: int, noises: _Noises) -> "_Store":
        made_by = f"{features.name}-v{features.version}-{kind}"
        if kind != _CLEAN:
            made_by += f"-v{_VERSION}-seed{seed}"
        if kind == "noise":
            made_by += f"-{noises.digest}"
        path = cache_dir / "vectors" / f"{made_by}.npz"
        if not path.exists():
            return _Store(path, {})
        with np.load(path) as stored:
            return _Store(path, dict(zip(stored["digests"].tolist(), stored["values"], strict=True)))

    def write(self) -> None:
        """Replaces the file as a whole. Of two programs that write at once one wins; nothing is ever mixed."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(f".{os.getpid()}.npz")
        np.savez(partial, digests=list(self.values), values=np.stack(list(self.values.values())))
        os.replace(partial, self.path)


def _make(
    path_of: dict[str, Path],
    digests: Sequence[str],
    wanted: Sequence[tuple[FeatureSet, str]],
    seed: int,
    noises: _Noises,
) -> Iterator[list[FloatArray]]:
    names = [(known.name, kind) for known, kind in wanted]
    tasks = (delayed(_make_one)(path_of[digest], digest, names, seed, noises.paths) for digest in digests)
    # Joblib's processes, unlike the standard library's, do not run the caller's main module again.
    made: Any = Parallel(n_jobs=-1, return_as="generator", batch_size=8)(tasks)
    yield from made


def _make_one(
    path: Path, digest: str, wanted: Sequence[tuple[str, str]], seed: int, noise_paths: Sequence[Path]
) -> list[FloatArray]:
    try:
        clip = audio.read_clip(path)
        copies = {_CLEAN: clip}
        for kind in dict.fromkeys(kind for _, kind in wanted if kind != _CLEAN):
            # Chance follows the recording and what is done to it, so that the order of clips changes nothing.
            rng = np.random.default_rng([seed, int(digest[:16], 16), *kind.encode()])
            copies[kind] = augmented(clip, kind, rng, _one_noise(noise_paths, rng) if kind == "noise" else ())
        made: dict[tuple[str, str], FloatArray] = {}
        for kind, copy in copies.items():
            names = [name for name, wanted_kind in wanted if wanted_kind == kind]
            values = extract_each([get_feature_set(name) for name in names], copy)
            made |= {(name, kind): value for name, value in zip(names, values, strict=True)}
    except AudioError as error:
        raise AudioError(f"{path}: {error}") from error
    return [made[key] for key in wanted]


def _one_noise(paths: Sequence[Path], rng: np.random.Generator) -> list[Samples]:
    if not paths:
        return []
    path = paths[int(rng.integers(len(paths)))]
    try:
        return [audio.read_clip(path).samples]
    except AudioError as error:
        raise CorpusError(f"The noise {path} cannot be used: {error}") from error
