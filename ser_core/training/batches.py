"""The batches of one epoch: a choice of rows, cut and augmented at random."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from ser_core.arrays import DoubleArray, FloatArray, Frames, IntArray
from ser_core.features.model_input import fit_window
from ser_core.recipes import EnsembleRecipe, SpecAugment
from ser_core.training.data.log_mels import Dataset

Item = TypeVar("Item")


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items, each made in a thread of its own while the one before it is used."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, items, None)
        while (item := following.result()) is not None:
            following = pool.submit(next, items, None)
            yield item


def epoch_rows(data: Dataset, most_per_voice: int, rng: np.random.Generator) -> IntArray:
    """Rows of one epoch in random order: a fresh draw of at most `most_per_voice` clips of each speaker."""
    voices = np.array([u.voice for u in data.utterances])
    chosen = [rng.permutation(np.flatnonzero(voices == voice))[:most_per_voice] for voice in np.unique(voices)]
    return rng.permutation(np.concatenate(chosen))


def training_batches(
    data: Dataset,
    rows: IntArray,
    recipe: EnsembleRecipe,
    as_recorded: float,
    batch_size: int,
    rng: np.random.Generator,
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Inputs (batch, n_frames, bands) and targets (batch, 2, labels): the smoothed truth, and the possible emotions.

    The share `as_recorded` of the clips is used unchanged; for the others, one of their copies is used. The last rows,
    which do not fill a batch, are left out, so that every step costs the same and none is retraced.
    """
    for start in range(0, len(rows) - batch_size + 1, batch_size):
        batch = rows[start : start + batch_size]
        drawn = [_draw(data, row, as_recorded, rng) for row in batch]
        inputs = np.stack([_augmented(frames, recipe.n_frames, recipe.spec_augment, rng) for frames in drawn])
        yield inputs, targets(data, batch, recipe.smoothing)


def targets(data: Dataset, rows: IntArray, smoothing: float) -> FloatArray:
    """Shape (rows, 2, labels): the truth, smoothed over the emotions of its corpus, and the mask of these."""
    possible = data.possible[rows].astype(np.float32)
    smooth = smoothing * possible / possible.sum(axis=1, keepdims=True)
    hot = np.eye(len(data.labels), dtype=np.float32)[data.truth[rows]]
    return np.stack([(1 - smoothing) * hot + smooth, possible], axis=1)


def clean_batch(data: Dataset, rows: IntArray, n_frames: int) -> FloatArray:
    """The rows as recorded, cut to their middle, shape (rows, n_frames, bands)."""
    return np.stack([fit_window(data.clean(row), n_frames) for row in rows])


def _draw(data: Dataset, row: int, as_recorded: float, rng: np.random.Generator) -> Frames:
    recorded, *copies = data.frames[row]
    if not copies or rng.random() < as_recorded:
        return recorded.astype(np.float32)
    return copies[rng.integers(len(copies))].astype(np.float32)


def _augmented(frames: Frames, n_frames: int, how: SpecAugment, rng: np.random.Generator) -> Frames:
    frames = _warped(frames, rng.uniform(how.min_stretch, how.max_stretch), rng.uniform(-how.max_warp, how.max_warp))
    start = rng.integers(max(1, len(frames) - n_frames + 1))
    frames = frames[start : start + n_frames]
    bands = frames.shape[1]
    frames = frames - rng.uniform(0, how.max_levelled) * frames.mean(axis=0)
    knots = rng.uniform(-how.max_tilt, how.max_tilt, size=5)
    frames = frames + np.interp(np.linspace(0, 4, bands), np.arange(5), knots).astype(np.float32)
    for _ in range(2):
        width = rng.integers(how.max_masked_bands + 1)
        low = rng.integers(bands - width + 1)
        frames[:, low : low + width] = 0
        length = rng.integers(min(how.max_masked_frames, len(frames) // 4) + 1)
        first = rng.integers(len(frames) - length + 1)
        frames[first : first + length] = 0
    return fit_window(frames, n_frames)


def _warped(frames: Frames, stretch: float, warp: float) -> Frames:
    """Frames with time stretched by `stretch` and the mel axis by `1 + warp`, with linear interpolation."""
    n, bands = frames.shape
    at = np.clip(np.arange(max(2, round(n * stretch))) / stretch, 0, n - 1)
    frames = _interpolated(frames, at)
    at = np.clip(np.arange(bands) * (1 + warp), 0, bands - 1)
    return _interpolated(frames.T, at).T


def _interpolated(rows: Frames, at: DoubleArray) -> Frames:
    low = np.minimum(at.astype(np.int64), len(rows) - 1)
    high = np.minimum(low + 1, len(rows) - 1)
    share = (at - low).astype(np.float32)[:, None]
    return rows[low] * (1 - share) + rows[high] * share
