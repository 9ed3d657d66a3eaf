"""Random changes to clips, by the names that recipes, commands and figures use.

A policy draws its parameters from `rng` and applies them. AUGMENTATIONS make copies of training clips; CORRUPTIONS are
degradations that may occur between a voice and its recording, and test clips are tested under each of them as well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ser_core.arrays import Samples
from ser_core.augment.babble import babble_noise
from ser_core.augment.channel import band_limited, saturated
from ser_core.augment.codec import as_mp3
from ser_core.augment.level import in_sixteen_bits
from ser_core.augment.noise import coloured_noise, with_noise
from ser_core.augment.pitch import at_pitch
from ser_core.augment.room import in_room
from ser_core.augment.shift import shifted
from ser_core.augment.speed import at_speed
from ser_core.augment.stretch import stretched
from ser_core.errors import SerError
from ser_core.records import Clip

# Takes a clip, other recordings (talkers for babble, or noises) and a source of randomness.
Policy = Callable[[Clip, Sequence[Samples], np.random.Generator], Clip]

# Number of talkers in babble.
N_TALKERS = 5

_OTHER_SPEAKER = (0.85, 1.18)
_PINK_DB_PER_OCTAVE = 3.0


@dataclass(frozen=True)
class Copies:
    """Which copies of a clip are made.

    Attributes:
        mixed: number of copies by the augmentation "mixed".
        speeds: factors of further copies that are only faster or slower: pitch, formants and pace of other voices.
        noisy: number of copies by "noisy".
        telephone: number of copies by "telephone".
    """

    mixed: int = 0
    speeds: tuple[float, ...] = ()
    noisy: int = 0
    telephone: int = 0


def copies_of(clip: Clip, which: Copies, talkers: Sequence[Samples], rng: np.random.Generator) -> list[Clip]:
    """Copies of the clip in the order of `which`; babble is mixed from the recordings `talkers`.

    The telephone copies have a random generator of their own, so that the others are the same with and without them.
    """
    (telephone_rng,) = rng.spawn(1)
    return [
        *(_mixed(clip, talkers, rng) for _ in range(which.mixed)),
        *(at_speed(clip, speed) for speed in which.speeds),
        *(_noisy(clip, talkers, rng) for _ in range(which.noisy)),
        *(_telephone(clip, talkers, telephone_rng) for _ in range(which.telephone)),
    ]


def augmented(clip: Clip, name: str, others: Sequence[Samples], rng: np.random.Generator) -> Clip:
    """The clip changed by the augmentation called `name`. Raises SerError for an unknown name."""
    check_augmentations([name])
    return AUGMENTATIONS[name](clip, others, rng)


def check_augmentations(names: Sequence[str]) -> None:
    """Raises SerError for a name that is not an augmentation."""
    if unknown := [name for name in names if name not in AUGMENTATIONS]:
        raise SerError(f"There is no augmentation {unknown[0]!r}. There are: {', '.join(AUGMENTATIONS)}.")


def _noise(clip: Clip, noises: Sequence[Samples], rng: np.random.Generator) -> Clip:
    """Adds one of `noises`, if there are any, or otherwise white noise, pink noise or babble."""
    return with_noise(clip, _drawn_noise(clip, noises, rng), rng.uniform(5.0, 25.0))


def _drawn_noise(clip: Clip, noises: Sequence[Samples], rng: np.random.Generator) -> Samples:
    n = len(clip.samples)
    if noises:
        noise = noises[int(rng.integers(len(noises)))]
        start = rng.integers(max(1, len(noise) - n + 1))
        return noise[start : start + n]
    kind = rng.choice(["white", "pink", "babble"])
    if kind == "babble":
        return babble_noise(n, 6, clip.rate_hz, rng)
    return coloured_noise(n, 0.0 if kind == "white" else _PINK_DB_PER_OCTAVE, rng)


def _mixed(clip: Clip, talkers: Sequence[Samples], rng: np.random.Generator) -> Clip:
    """The clip at another speed and, at random, in a room, through a channel and in noise."""
    clip = at_speed(clip, rng.uniform(0.88, 1.14))
    if rng.random() < 0.5:
        rt60_s, direct_db = rng.uniform(0.1, 0.6), rng.uniform(-2, 12)
        clip = in_room(clip, rt60_s, direct_db, rng)
    if rng.random() < 0.3:
        clip = saturated(clip, rng.uniform(0, 15))
    if rng.random() < 0.6:
        clip = with_noise(clip, _murmur_or_noise(len(clip.samples), talkers, rng), rng.uniform(5, 30))
    if rng.random() < 0.35:
        clip = band_limited(clip, rng.uniform(50, 350), rng.uniform(3000, 7500))
    return clip


def _noisy(clip: Clip, talkers: Sequence[Samples], rng: np.random.Generator) -> Clip:
    """The clip at another speed, in noise or babble that is not much softer than the voice."""
    clip = at_speed(clip, rng.uniform(*_OTHER_SPEAKER))
    return with_noise(clip, _murmur_or_noise(len(clip.samples), talkers, rng), rng.uniform(5, 20))


def _telephone(clip: Clip, _: Sequence[Samples], rng: np.random.Generator) -> Clip:
    """The clip at another speed, through the band of a telephone."""
    clip = at_speed(clip, rng.uniform(*_OTHER_SPEAKER))
    return band_limited(clip, rng.uniform(200, 400), rng.uniform(3000, 4000))


def _murmur_or_noise(n: int, talkers: Sequence[Samples], rng: np.random.Generator) -> Samples:
    if not talkers or rng.random() < 0.5:
        return coloured_noise(n, rng.uniform(0, 6), rng)
    return _murmur(n, [talkers[i] for i in rng.integers(len(talkers), size=N_TALKERS)], rng)


def _murmur(n: int, talkers: Sequence[Samples], rng: np.random.Generator) -> Samples:
    """All of `talkers` at once, each starting at a different moment."""
    voices = [np.roll(np.resize(samples, n), rng.integers(n)) for samples in talkers]
    return np.sum(voices, axis=0, dtype=np.float32)


AUGMENTATIONS: Mapping[str, Policy] = {
    # Within what a speaker might do: a fifth slower to a quarter faster, a third of a second, two semitones.
    "noise": _noise,
    "stretch": lambda clip, _, rng: stretched(clip, rng.uniform(0.8, 1.25)),
    "shift": lambda clip, _, rng: shifted(clip, rng.uniform(-0.3, 0.3)),
    "pitch": lambda clip, _, rng: at_pitch(clip, rng.uniform(-2.0, 2.0)),
    "mixed": _mixed,
    "noisy": _noisy,
    "telephone": _telephone,
}

CORRUPTIONS: Mapping[str, Policy] = {
    "telephone band": lambda clip, _, rng: band_limited(clip, 300.0, 3400.0),
    "MP3 at 32 kbit/s": lambda clip, _, rng: as_mp3(clip, 32.0),
    "babble at 10 dB": lambda clip, talkers, rng: with_noise(clip, _murmur(len(clip.samples), talkers, rng), 10.0),
    "noise at 10 dB": lambda clip, _, rng: with_noise(clip, coloured_noise(len(clip.samples), 3.0, rng), 10.0),
    "small room": lambda clip, _, rng: in_room(clip, 0.4, 3.0, rng),
    "quiet": lambda clip, _, rng: in_sixteen_bits(clip, -50.0),
    "clipped": lambda clip, _, rng: saturated(clip, 12.0),
}
