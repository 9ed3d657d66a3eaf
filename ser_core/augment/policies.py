"""The chance disturbances that training clips go through."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ser_core.arrays import Samples
from ser_core.augment.channel import band_limited, saturated
from ser_core.augment.noise import coloured_noise, with_noise
from ser_core.augment.room import in_room
from ser_core.augment.speed import at_speed
from ser_core.records import Clip

_BABBLE_VOICES = 5


@dataclass(frozen=True)
class Copies:
    """Which copies of a clip are made.

    Attributes:
        disturbed: how many as by `disturbed`.
        speeds: factors of further copies that are only faster or slower: pitch, formants and pace of other voices.
        noisy: how many as by `noisy`.
        telephone: how many as by `telephoned`.
    """

    disturbed: int = 0
    speeds: tuple[float, ...] = ()
    noisy: int = 0
    telephone: int = 0


def copies_of(clip: Clip, which: Copies, others: Sequence[Samples], rng: np.random.Generator) -> list[Clip]:
    """Copies of the clip in the order of `which`; `others` are recordings from which babble is made.

    Those of a telephone have their own chance: the others are the same with and without them.
    """
    (telephone_rng,) = rng.spawn(1)
    return [
        *(disturbed(clip, others, rng) for _ in range(which.disturbed)),
        *(at_speed(clip, speed) for speed in which.speeds),
        *(noisy(clip, others, rng) for _ in range(which.noisy)),
        *(telephoned(clip, telephone_rng) for _ in range(which.telephone)),
    ]


def disturbed(clip: Clip, others: Sequence[Samples], rng: np.random.Generator) -> Clip:
    """The clip at another speed and, by chance, in a room, through a channel and in noise.

    `others` are recordings of other people, from which babble is made.
    """
    clip = at_speed(clip, rng.uniform(0.88, 1.14))
    if rng.random() < 0.5:
        rt60_s, direct_db = rng.uniform(0.1, 0.6), rng.uniform(-2, 12)
        clip = in_room(clip, rt60_s, direct_db, rng)
    if rng.random() < 0.3:
        clip = saturated(clip, rng.uniform(0, 15))
    if rng.random() < 0.6:
        clip = with_noise(clip, _noise(len(clip.samples), others, rng), rng.uniform(5, 30))
    if rng.random() < 0.35:
        clip = band_limited(clip, rng.uniform(50, 350), rng.uniform(3000, 7500))
    return clip


def noisy(clip: Clip, others: Sequence[Samples], rng: np.random.Generator) -> Clip:
    """The clip at another speed, in noise or in babble of `others` that is not much softer than it."""
    clip = at_speed(clip, rng.uniform(0.85, 1.18))
    return with_noise(clip, _noise(len(clip.samples), others, rng), rng.uniform(5, 20))


def telephoned(clip: Clip, rng: np.random.Generator) -> Clip:
    """The clip at another speed, through the band of a telephone."""
    clip = at_speed(clip, rng.uniform(0.85, 1.18))
    return band_limited(clip, rng.uniform(200, 400), rng.uniform(3000, 4000))


def _noise(n: int, others: Sequence[Samples], rng: np.random.Generator) -> Samples:
    if not others or rng.random() < 0.5:
        return coloured_noise(n, rng.uniform(0, 6), rng)
    voices = [np.roll(np.resize(others[i], n), rng.integers(n)) for i in rng.integers(len(others), size=_BABBLE_VOICES)]
    return np.sum(voices, axis=0, dtype=np.float32)
