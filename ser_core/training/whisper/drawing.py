"""Which clips each step hears: corpora by their share, and within a corpus every voice and emotion alike."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ser_core.arrays import DoubleArray, Mask
from ser_core.training.whisper.pack import NOISE, Pack

Ids = npt.NDArray[np.int32]


def chances(pack: Pack, trained: Mask, share_of: Callable[[str], float]) -> DoubleArray:
    """How likely each clip is to be drawn, shape (clips,), summing to 1.

    Args:
        pack: the clips.
        trained: which of them train.
        share_of: how often clips of a corpus are drawn; those of corpora of which nothing trains go to the others.
    """
    chance = np.zeros(len(pack.corpus))
    for corpus in np.unique(pack.corpus[trained]):
        own = np.flatnonzero(trained & (pack.corpus == corpus))
        groups = np.char.add(pack.voice[own], np.char.add("/", pack.emotion[own].astype(str)))
        _, group, size = np.unique(groups, return_inverse=True, return_counts=True)
        chance[own] = share_of(str(corpus)) / (len(size) * size[group])
    return chance / chance.sum()


def drawn_ids(chance: DoubleArray, shape: tuple[int, ...], rng: np.random.Generator) -> Ids:
    """Places of clips by their chance, int32."""
    before = np.cumsum(chance)
    places = np.searchsorted(before, rng.random(shape) * before[-1], side="right")
    return np.minimum(places, len(chance) - 1).astype(np.int32)


def chances_of_noises(pack: Pack, trained: Mask) -> DoubleArray:
    """Of the recorded noises that train, all alike; of any clip that trains where there is no noise."""
    noises = trained & (pack.corpus == NOISE)
    chosen = noises if noises.any() else trained
    return chosen / chosen.sum()


def chances_of_talkers(pack: Pack, trained: Mask) -> DoubleArray:
    """Of the recordings in which somebody speaks, corpora alike, for babble."""
    return chances(pack, trained, lambda corpus: float(corpus != NOISE))
