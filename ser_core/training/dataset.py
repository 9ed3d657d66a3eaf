"""Utterances as arrays: decoded, disturbed and turned into model input once, kept in a cache on disk."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from ser_core import audio
from ser_core.arrays import FloatArray, Frames, IntArray, Mask, Samples
from ser_core.augment import Copies, at_speed, copies_of
from ser_core.corpora import Utterance
from ser_core.features.log_mel import LogMelConfig
from ser_core.features.model_input import model_input, spoken_frames
from ser_core.labels import Emotion
from ser_core.records import Clip

HalfFrames = npt.NDArray[np.float16]

# Recordings of the same voice from which the babble behind a clip is mixed, each at another speed to sound like other
# people: so no voice of one side of a split gets into the other.
_BABBLE_POOL = 8
_BABBLE_SPEEDS = (0.75, 1.35)
# Decoded recordings that each process keeps for it: those of a voice, and some 100 MB.
_RECORDINGS_KEPT = 512
# Raised when what is computed here changes, so that old cache files are not read.
FRAMES_VERSION = 7
STATISTICS_VERSION = 1


@dataclass(frozen=True, eq=False)
class Dataset:
    """Frames ready for training.

    Attributes:
        utterances: what each row is.
        frames: for each utterance its spoken frames as recorded and then as disturbed copies, float16.
        functionals: statistics of each utterance as recorded, then of other copies, float32, shape
            (n, 1 + copies, functionals).
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
    labels: Sequence[Emotion],
    config: LogMelConfig,
    *,
    n_disturbed: int,
    copies: Copies,
    seed: int,
    cache_dir: Path,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Dataset:
    """Decodes every utterance and makes its frames and those of `n_disturbed` disturbed copies, on all cores.

    Statistics are taken of the recording and of `copies` of their own. What was made before is read from `cache_dir`,
    by the files' names, sizes and times and all parameters.
    Raises AudioError when a file cannot be decoded.
    """
    frames_of: dict[Path, tuple[HalfFrames, ...]] = {}
    statistics_of: dict[Path, FloatArray] = {}
    total = len(utterances)
    for corpus in sorted({u.corpus for u in utterances}):
        clips = [u for u in utterances if u.corpus == corpus]
        paths = [clip.path for clip in clips]
        before = len(frames_of)

        # Each clip is made twice, for the networks and for the perceptrons.
        def on_frames(made: int, before: int = before) -> None:
            on_progress(before + made // 2, total)

        def on_statistics(made: int, before: int = before, n: int = len(clips)) -> None:
            on_progress(before + (n + made) // 2, total)

        frames = _frames(clips, config, n_disturbed, seed, cache_dir, on_frames)
        statistics = _statistics(clips, config, copies, seed, cache_dir, on_statistics)
        frames_of |= zip(paths, frames, strict=True)
        statistics_of |= zip(paths, statistics, strict=True)
        on_progress(len(frames_of), total)
    place = {label: i for i, label in enumerate(labels)}
    kept = tuple(u for u in utterances if u.emotion in place)
    of_corpus = {name: {u.emotion for u in kept if u.corpus == name} for name in {u.corpus for u in kept}}
    return Dataset(
        utterances=kept,
        frames=tuple(frames_of[u.path] for u in kept),
        functionals=np.stack([statistics_of[u.path] for u in kept]),
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


def _frames(
    clips: Sequence[Utterance],
    config: LogMelConfig,
    n_disturbed: int,
    seed: int,
    cache_dir: Path,
    on_progress: Callable[[int], None],
) -> list[tuple[HalfFrames, ...]]:
    """Frames of every clip and of its disturbed copies; kept in the cache."""
    paths = [clip.path for clip in clips]
    cache = cache_dir / "frames" / f"{_fingerprint(FRAMES_VERSION, paths, config, n_disturbed, seed)}.npz"
    if not cache.exists():
        of_voice = _recordings_of_voices(clips)
        tasks = []
        for row, clip in enumerate(clips):
            rng = np.random.default_rng([seed, row])
            tasks.append(delayed(_frames_of)(clip.path, of_voice[clip.voice], config, n_disturbed, rng))
        flat = [one for copies in _run(tasks, on_progress) for one in copies]
        with _replacing(cache) as file:
            np.savez(file, cells=np.concatenate(flat), lengths=[len(one) for one in flat])
    with np.load(cache) as stored:
        flat = np.split(stored["cells"], np.cumsum(stored["lengths"])[:-1])
    n = 1 + n_disturbed
    return [tuple(flat[i : i + n]) for i in range(0, len(flat), n)]


def _frames_of(
    path: Path, same_voice: Sequence[Path], config: LogMelConfig, n_disturbed: int, rng: np.random.Generator
) -> list[HalfFrames]:
    clip = audio.read_clip(path)
    others = _talkers(same_voice, rng) if n_disturbed else []
    made = [clip, *copies_of(clip, Copies(disturbed=n_disturbed), others, rng)]
    return [spoken_frames(one, config).astype(np.float16) for one in made]


def _statistics(
    clips: Sequence[Utterance],
    config: LogMelConfig,
    copies: Copies,
    seed: int,
    cache_dir: Path,
    on_progress: Callable[[int], None],
) -> FloatArray:
    """Functionals of every clip and of its copies, shape (clips, 1 + copies, functionals); kept in the cache."""
    paths = [clip.path for clip in clips]
    cache = cache_dir / "statistics" / f"{_fingerprint(STATISTICS_VERSION, paths, config, asdict(copies), seed)}.npy"
    if not cache.exists():
        of_voice = _recordings_of_voices(clips)
        tasks = []
        for row, clip in enumerate(clips):
            rng = np.random.default_rng([seed, row, 1])
            tasks.append(delayed(_statistics_of)(clip.path, of_voice[clip.voice], config, copies, rng))
        made = np.array(_run(tasks, on_progress), dtype=np.float32)
        with _replacing(cache) as file:
            np.save(file, made)
    return cast("FloatArray", np.load(cache))


def _statistics_of(
    path: Path, same_voice: Sequence[Path], config: LogMelConfig, copies: Copies, rng: np.random.Generator
) -> list[FloatArray]:
    clip = audio.read_clip(path)
    others = _talkers(same_voice, rng) if copies.disturbed or copies.noisy else []
    return [model_input(one, config).functionals for one in (clip, *copies_of(clip, copies, others, rng))]


def _recordings_of_voices(clips: Sequence[Utterance]) -> dict[str, list[Path]]:
    of_voice: dict[str, list[Path]] = {}
    for clip in clips:
        of_voice.setdefault(clip.voice, []).append(clip.path)
    return of_voice


def _talkers(same_voice: Sequence[Path], rng: np.random.Generator) -> list[Samples]:
    """What babble is mixed from."""
    chosen = [same_voice[i] for i in rng.integers(len(same_voice), size=_BABBLE_POOL)]
    return [at_speed(_recording(path), rng.uniform(*_BABBLE_SPEEDS)).samples for path in chosen]


@lru_cache(maxsize=_RECORDINGS_KEPT)
def _recording(path: Path) -> Clip:
    """The recording, decoded once for all the clips behind which it murmurs."""
    return audio.read_clip(path)


def _run(tasks: Sequence[Any], on_progress: Callable[[int], None]) -> list[Any]:
    # Joblib's processes, unlike the standard library's, do not run the caller's main module again.
    made = []
    for k, one in enumerate(Parallel(n_jobs=-1, return_as="generator", batch_size=16)(tasks), 1):
        made.append(one)
        on_progress(k)
    return made


def _fingerprint(version: int, paths: Sequence[Path], config: LogMelConfig, *how: object) -> str:
    files = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    facts = json.dumps([version, files, asdict(config), *how])
    return hashlib.sha256(facts.encode()).hexdigest()[:24]


@contextmanager
def _replacing(cache: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `cache` once it is whole."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    partial = cache.with_suffix(f".{os.getpid()}{cache.suffix}")
    with partial.open("wb") as file:
        yield file
    os.replace(partial, cache)
