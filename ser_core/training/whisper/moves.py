"""Statistics of a clip as they might be of another voice, or of another corpus.

Mean and deviation of an encoder's layers tell who speaks and in which studio before they tell how, and a perceptron
learns both: left alone, it took the speech of an unheard studio for the one emotion that a single corpus teaches. What
it is shown in training is therefore moved, by chance, along the difference between its voice's mean and another's, and
between its corpus's and another's. A mean is over emotions first, so that no voice is moved for having played more
anger.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ser_core.arrays import FloatArray, IntArray, Mask
from ser_core.training.whisper.pack import NOISE, Pack

# A group with fewer training clips than this has no mean to speak of, and stays where it is.
_LEAST_CLIPS = 5


@dataclass(frozen=True, eq=False)
class Moves:
    """Groups of clips, and what statistics are moved by from one to another of the same kind.

    Attributes:
        group: of each clip, int64, shape (clips,); -1 where it has none.
        mean: of each group, ordered by kind, float32, shape (groups, size).
        first, number: where the groups of a group's kind begin, and how many there are, int64, shape (groups,).
    """

    group: IntArray
    mean: FloatArray
    first: IntArray
    number: IntArray

    def moved(
        self, statistics: FloatArray, ids: npt.NDArray[np.int32], share: float, rng: np.random.Generator
    ) -> FloatArray:
        """The statistics (n, size) of the clips `ids`, a `share` of them moved some of the way to a group by chance."""
        group = self.group[ids]
        way = np.where(rng.random(len(ids)) < share, rng.random(len(ids)), 0.0) * (group >= 0)
        others = self.first[group] + (rng.random(len(ids)) * self.number[group]).astype(np.int64)
        moved: FloatArray = statistics + way[:, None].astype(np.float32) * (self.mean[others] - self.mean[group])
        return moved


def between_voices(statistics: FloatArray, pack: Pack, trained: Mask) -> Moves:
    """From a voice to another of its corpus; `statistics` are those of all clips, (clips, size)."""
    return _moves(statistics, pack, trained, pack.voice, pack.corpus)


def between_corpora(statistics: FloatArray, pack: Pack, trained: Mask) -> Moves:
    """From a corpus to another; sounds without a speaker stay where they are."""
    return _moves(statistics, pack, trained & (pack.corpus != NOISE), pack.corpus, np.zeros(len(pack.corpus), np.int64))


def _moves(
    statistics: FloatArray, pack: Pack, trained: Mask, names: npt.NDArray[np.str_], kinds: npt.NDArray[np.generic]
) -> Moves:
    found: list[tuple[npt.NDArray[np.int64], FloatArray]] = []
    kind_of: list[np.generic] = []
    known, size = np.unique(names[trained], return_counts=True)
    first_of = {name: np.flatnonzero(trained & (names == name)) for name in known[size >= _LEAST_CLIPS]}
    for name in sorted(first_of, key=lambda name: (str(kinds[first_of[name][0]]), str(name))):
        own = first_of[name]
        of_emotions = [
            statistics[own[pack.emotion[own] == emotion]].mean(axis=0) for emotion in np.unique(pack.emotion[own])
        ]
        found.append((np.flatnonzero(names == name), np.mean(of_emotions, axis=0, dtype=np.float32)))
        kind_of.append(kinds[own[0]])
    group = np.full(len(names), -1, np.int64)
    for place, (clips, _) in enumerate(found):
        group[clips] = place
    if not found:
        # A number for every clip to look up, though none is moved.
        return Moves(group, np.zeros((1, statistics.shape[1]), np.float32), np.zeros(1, np.int64), np.ones(1, np.int64))
    _, first, of_kind, number = np.unique(np.array(kind_of), return_index=True, return_inverse=True, return_counts=True)
    return Moves(group, np.stack([mean for _, mean in found]), first[of_kind], number[of_kind])
