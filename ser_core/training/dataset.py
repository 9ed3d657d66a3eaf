"""Utterances as arrays: decoded, disturbed and turned into model input once, kept in a cache on disk."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from ser_core import audio
from ser_core.augment import at_speed, disturbed, noisy
from ser_core.corpora import Utterance
from ser_core.features.functionals import functional_names
from ser_core.features.logmel import LogMelConfig
from ser_core.features.model_input import Frames, ModelInput, model_input
from ser_core.labels import Emotion
from ser_core.records import Samples

FloatArray = npt.NDArray[np.float32]

# Other recordings of the same voice from which the babble behind a clip is mixed, each at another speed so that they
# sound like other people: no voice of one side of a split gets into the other.
_BABBLE_POOL = 8
_BABBLE_SPEEDS = (0.75, 1.35)
# Raised when what is computed here changes, so that old cache files are not read.
_VERSION = 4


@dataclass(frozen=True, eq=False)
class Dataset:
    """Frames ready for training.

    Attributes:
        utterances: what each row is.
        frames: for each utterance its spoken frames as recorded and then as disturbed copies, float16.
        functionals: statistics of each of these, then of the recording at other speeds, then of copies in noise,
            float32, shape (n, copies, functionals).
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
    n_noisy: int = 0,
    seed: int,
    cache_dir: Path,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Dataset:
    """Decodes every utterance and makes its frames and those of `n_disturbed` disturbed copies, on all cores.

    Of further copies only the statistics are taken: one at each of `speeds`, with pitch, formants and pace of another
    speaker, and `n_noisy` in noise.
    What was made before is read from `cache_dir`, by the files' names, sizes and times and all parameters.
    Raises AudioError when a file cannot be decoded.
    """
    made_of: dict[Path, _Made] = {}
    statistics_of: dict[Path, FloatArray] = {}
    for corpus in sorted({u.corpus for u in utterances}):
        clips = [u for u in utterances if u.corpus == corpus]
        paths = [u.path for u in clips]
        cache = cache_dir / "frames" / f"{corpus}-{_fingerprint(paths, config, n_disturbed, seed)}.npz"
        if not cache.exists():
            done = len(made_of)
            made = _make(clips, config, n_disturbed, seed, _shifted(on_progress, done, len(utterances)))
            _write(cache, made)
        made_of |= zip(paths, _read(cache), strict=True)
        statistics_of |= zip(paths, _further(clips, config, speeds, n_noisy, seed, cache_dir), strict=True)
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
    clips: Sequence[Utterance], config: LogMelConfig, n_disturbed: int, seed: int, on_progress: Callable[[int], None]
) -> list[list[ModelInput]]:
    tasks = (
        delayed(_make_one)(clip.path, behind if n_disturbed else [], config, n_disturbed, rng)
        for clip, behind, rng in _with_others(clips, [seed])
    )
    # Joblib's processes, unlike the standard library's, do not run the caller's main module again.
    made = []
    for k, one in enumerate(Parallel(n_jobs=-1, return_as="generator", batch_size=16)(tasks), 1):
        made.append(one)
        on_progress(k)
    return made


def _make_one(
    path: Path, behind: Sequence[Path], config: LogMelConfig, n_disturbed: int, rng: np.random.Generator
) -> list[ModelInput]:
    clip = audio.read_clip(path)
    others = _talkers(behind, rng)
    copies = [model_input(disturbed(clip, others, rng), config) for _ in range(n_disturbed)]
    return [model_input(clip, config), *copies]


def _with_others(
    clips: Sequence[Utterance], seed: Sequence[int]
) -> Iterator[tuple[Utterance, list[Path], np.random.Generator]]:
    """Each clip with recordings of its voice to make babble of, and chance of its own."""
    of_voice: dict[str, list[Path]] = {}
    for clip in clips:
        of_voice.setdefault(clip.voice, []).append(clip.path)
    for row, clip in enumerate(clips):
        rng = np.random.default_rng([*seed, row])
        same = of_voice[clip.voice]
        yield clip, [same[i] for i in rng.integers(len(same), size=_BABBLE_POOL)], rng


def _talkers(paths: Sequence[Path], rng: np.random.Generator) -> list[Samples]:
    return [at_speed(audio.read_clip(path), rng.uniform(*_BABBLE_SPEEDS)).samples for path in paths]


def _further(
    clips: Sequence[Utterance],
    config: LogMelConfig,
    speeds: Sequence[float],
    n_noisy: int,
    seed: int,
    cache_dir: Path,
) -> FloatArray:
    """Functionals of every clip at every speed and then in noise, shape (clips, speeds + n_noisy, functionals); kept
    in the cache.
    """
    paths = [clip.path for clip in clips]
    cache = cache_dir / "further" / f"{_fingerprint(paths, config, list(speeds), n_noisy, seed)}.npy"
    if cache.exists():
        return cast("FloatArray", np.load(cache))
    rows = Parallel(n_jobs=-1, batch_size=16)(
        delayed(_further_of)(clip.path, behind if n_noisy else [], config, speeds, n_noisy, rng)
        for clip, behind, rng in _with_others(clips, [seed, 1])
    )
    made = np.array(rows, dtype=np.float32).reshape(len(clips), len(speeds) + n_noisy, len(functional_names()))
    cache.parent.mkdir(parents=True, exist_ok=True)
    partial = cache.with_suffix(f".{os.getpid()}.npy")
    np.save(partial, made)
    os.replace(partial, cache)
    return made


def _further_of(
    path: Path,
    behind: Sequence[Path],
    config: LogMelConfig,
    speeds: Sequence[float],
    n_noisy: int,
    rng: np.random.Generator,
) -> list[FloatArray]:
    clip = audio.read_clip(path)
    others = _talkers(behind, rng)
    copies = [at_speed(clip, speed) for speed in speeds] + [noisy(clip, others, rng) for _ in range(n_noisy)]
    return [model_input(copy, config).functionals for copy in copies]


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
