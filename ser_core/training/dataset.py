"""Utterances as arrays: decoded, disturbed and turned into model input once, kept in a cache on disk."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from ser_core import audio
from ser_core.augment import at_speed, disturbed
from ser_core.corpora import Utterance
from ser_core.features.functionals import functional_names
from ser_core.features.logmel import LogMelConfig
from ser_core.features.model_input import Frames, ModelInput, model_input
from ser_core.labels import Emotion

FloatArray = npt.NDArray[np.float32]

# Recordings of the same corpus from which the babble behind a clip is mixed.
_BABBLE_POOL = 8
# Raised when what is computed here changes, so that old cache files are not read.
_VERSION = 2


@dataclass(frozen=True, eq=False)
class Dataset:
    """Frames ready for training.

    Attributes:
        utterances: what each row is.
        frames: for each utterance its spoken frames as recorded and then as disturbed copies, float16.
        functionals: statistics of each of these and then of the recording at other speeds, float32, shape
            (n, copies, functionals).
        truth: position of each utterance's emotion in `labels`, shape (n,).
        possible: which emotions the utterance's corpus has at all, bool, shape (n, labels).
        labels: the emotions.
    """

    utterances: tuple[Utterance, ...]
    frames: tuple[tuple[npt.NDArray[np.float16], ...], ...]
    functionals: npt.NDArray[np.float32]
    truth: npt.NDArray[np.int64]
    possible: npt.NDArray[np.bool_]
    labels: tuple[Emotion, ...]

    def __len__(self) -> int:
        return len(self.utterances)

    def clean(self, row: int) -> Frames:
        """The frames of a row as it was recorded, float32."""
        return self.frames[row][0].astype(np.float32)


def prepare(
    utterances: Sequence[Utterance],
    labels: Sequence[Emotion],
    config: LogMelConfig,
    *,
    n_disturbed: int,
    speeds: Sequence[float] = (),
    seed: int,
    cache_dir: Path,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Dataset:
    """Decodes every utterance and makes its frames and those of `n_disturbed` disturbed copies, on all cores.

    At each of `speeds` only the statistics are taken: pitch, formants and pace of another speaker.
    What was made before is read from `cache_dir`, by the files' names, sizes and times and all parameters.
    Raises AudioError when a file cannot be decoded.
    """
    made_of: dict[Path, _Made] = {}
    statistics_of: dict[Path, FloatArray] = {}
    for corpus in sorted({u.corpus for u in utterances}):
        paths = [u.path for u in utterances if u.corpus == corpus]
        cache = cache_dir / "frames" / f"{corpus}-{_fingerprint(paths, config, n_disturbed, seed)}.npz"
        if not cache.exists():
            done = len(made_of)
            made = _make(paths, config, n_disturbed, seed, _shifted(on_progress, done, len(utterances)))
            _write(cache, made)
        made_of |= zip(paths, _read(cache), strict=True)
        statistics_of |= zip(paths, _at_speeds(paths, config, speeds, cache_dir), strict=True)
        on_progress(len(made_of), len(utterances))
    place = {label: i for i, label in enumerate(labels)}
    kept = tuple(u for u in utterances if u.emotion in place)
    of_corpus = {name: {u.emotion for u in kept if u.corpus == name} for name in {u.corpus for u in kept}}
    return Dataset(
        utterances=kept,
        frames=tuple(made_of[u.path].frames for u in kept),
        functionals=np.stack([np.concatenate([made_of[u.path].functionals, statistics_of[u.path]]) for u in kept]),
        truth=np.array([place[u.emotion] for u in kept], dtype=np.int64),
        possible=np.array([[label in of_corpus[u.corpus] for label in labels] for u in kept]),
        labels=tuple(labels),
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


def _shifted(on_progress: Callable[[int, int], None], before: int, total: int) -> Callable[[int], None]:
    return lambda done: on_progress(before + done, total)


def _fingerprint(paths: Sequence[Path], config: LogMelConfig, *how: object) -> str:
    files = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    facts = json.dumps([_VERSION, files, asdict(config), *how])
    return hashlib.sha256(facts.encode()).hexdigest()[:24]


def _make(
    paths: Sequence[Path], config: LogMelConfig, n_disturbed: int, seed: int, on_progress: Callable[[int], None]
) -> list[list[ModelInput]]:
    def tasks() -> Iterator[Any]:
        for row, path in enumerate(paths):
            rng = np.random.default_rng([seed, row])
            behind = [paths[i] for i in rng.integers(len(paths), size=_BABBLE_POOL)] if n_disturbed else []
            yield delayed(_make_one)(path, behind, config, n_disturbed, rng)

    # Joblib's processes, unlike the standard library's, do not run the caller's main module again.
    made = []
    for k, one in enumerate(Parallel(n_jobs=-1, return_as="generator", batch_size=16)(tasks()), 1):
        made.append(one)
        on_progress(k)
    return made


def _make_one(
    path: Path, behind: Sequence[Path], config: LogMelConfig, n_disturbed: int, rng: np.random.Generator
) -> list[ModelInput]:
    clip = audio.read_clip(path)
    others = [audio.read_clip(other).samples for other in behind]
    copies = [model_input(disturbed(clip, others, rng), config) for _ in range(n_disturbed)]
    return [model_input(clip, config), *copies]


def _at_speeds(paths: Sequence[Path], config: LogMelConfig, speeds: Sequence[float], cache_dir: Path) -> FloatArray:
    """Functionals of every recording at every speed, shape (paths, speeds, functionals); kept in the cache."""
    cache = cache_dir / "speeds" / f"{_fingerprint(paths, config, list(speeds))}.npy"
    if cache.exists():
        return cast("FloatArray", np.load(cache))
    rows = Parallel(n_jobs=-1, batch_size=16)(delayed(_one_at_speeds)(path, config, speeds) for path in paths)
    made = np.array(rows, dtype=np.float32).reshape(len(paths), len(speeds), len(functional_names()))
    cache.parent.mkdir(parents=True, exist_ok=True)
    partial = cache.with_suffix(f".{os.getpid()}.npy")
    np.save(partial, made)
    os.replace(partial, cache)
    return made


def _one_at_speeds(path: Path, config: LogMelConfig, speeds: Sequence[float]) -> list[FloatArray]:
    clip = audio.read_clip(path)
    return [model_input(at_speed(clip, speed), config).functionals for speed in speeds]


@dataclass(frozen=True, eq=False)
class _Made:
    frames: tuple[npt.NDArray[np.float16], ...]
    functionals: npt.NDArray[np.float32]


def _write(cache: Path, made: list[list[ModelInput]]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    flat = [one for copies in made for one in copies]
    partial = cache.with_suffix(f".{os.getpid()}.npz")
    np.savez(
        partial,
        cells=np.concatenate([one.frames.astype(np.float16) for one in flat]),
        lengths=[len(one.frames) for one in flat],
        functionals=np.array([[one.functionals for one in copies] for copies in made]),
    )
    os.replace(partial, cache)


def _read(cache: Path) -> list[_Made]:
    with np.load(cache) as stored:
        cells, lengths, functionals = stored["cells"], stored["lengths"], stored["functionals"]
    copies = functionals.shape[1]
    flat = np.split(cells, np.cumsum(lengths)[:-1])
    return [_Made(tuple(flat[i * copies : (i + 1) * copies]), functionals[i]) for i in range(len(functionals))]
