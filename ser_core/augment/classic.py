"""The augmentations of the classic recipes: one chance disturbance a copy, under the names commands know."""

from collections.abc import Sequence

import numpy as np

from ser_core.arrays import Samples
from ser_core.augment.babble import babble_noise
from ser_core.augment.noise import coloured_noise, with_noise
from ser_core.augment.pitch import at_pitch
from ser_core.augment.shift import shifted
from ser_core.augment.stretch import stretched
from ser_core.errors import SerError
from ser_core.records import Clip

AUGMENTATIONS = ("noise", "stretch", "shift", "pitch")

_SNR_DB = (5.0, 25.0)
# As far as a speaker would go by choice: a fifth slower to a quarter faster, two semitones, a third of a second.
_TEMPO = (0.8, 1.25)
_SEMITONES = 2.0
_SHIFT_S = 0.3
_TALKERS = 6
_PINK_DB_PER_OCTAVE = 3.0


def check_augmentations(names: Sequence[str]) -> None:
    """Raises SerError for a name that is no augmentation."""
    if unknown := [name for name in names if name not in AUGMENTATIONS]:
        raise SerError(f"There is no augmentation {unknown[0]!r}. There are: {', '.join(AUGMENTATIONS)}.")


def augmented(clip: Clip, name: str, rng: np.random.Generator, noises: Sequence[Samples] = ()) -> Clip:
    """The clip disturbed in the way called `name`, how strongly by chance.

    Noise is one of `noises` where there are any, and otherwise white, pink or babble. Raises SerError for a name
    that is no augmentation.
    """
    check_augmentations([name])
    if name == "noise":
        return with_noise(clip, _noise(clip, noises, rng), rng.uniform(*_SNR_DB))
    if name == "stretch":
        return stretched(clip, rng.uniform(*_TEMPO))
    if name == "shift":
        return shifted(clip, rng.uniform(-_SHIFT_S, _SHIFT_S))
    return at_pitch(clip, rng.uniform(-_SEMITONES, _SEMITONES))


def _noise(clip: Clip, noises: Sequence[Samples], rng: np.random.Generator) -> Samples:
    n = len(clip.samples)
    if noises:
        noise = noises[int(rng.integers(len(noises)))]
        start = rng.integers(max(1, len(noise) - n + 1))
        return noise[start : start + n]
    kind = rng.choice(["white", "pink", "babble"])
    if kind == "babble":
        return babble_noise(n, _TALKERS, clip.rate_hz, rng)
    return coloured_noise(n, 0.0 if kind == "white" else _PINK_DB_PER_OCTAVE, rng)
