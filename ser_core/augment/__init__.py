"""What happens to a voice on its way to a recorder: other voices, rooms, noise, cheap channels. One transform per file.

A transform takes its parameters, and its source of randomness as `rng`, as arguments. `policies` draws the parameters,
for training clips and for test clips.
"""

from ser_core.augment.babble import babble_noise
from ser_core.augment.channel import band_limited, saturated
from ser_core.augment.codec import as_mp3
from ser_core.augment.level import in_sixteen_bits
from ser_core.augment.noise import coloured_noise, with_noise
from ser_core.augment.noise_folder import noise_files
from ser_core.augment.pitch import at_pitch
from ser_core.augment.policies import (
    AUGMENTATIONS,
    CORRUPTIONS,
    N_TALKERS,
    Copies,
    augmented,
    check_augmentations,
    copies_of,
)
from ser_core.augment.room import in_room
from ser_core.augment.shift import shifted
from ser_core.augment.speed import at_speed
from ser_core.augment.stretch import stretched

__all__ = [
    "AUGMENTATIONS",
    "CORRUPTIONS",
    "N_TALKERS",
    "Copies",
    "as_mp3",
    "at_pitch",
    "at_speed",
    "augmented",
    "babble_noise",
    "band_limited",
    "check_augmentations",
    "coloured_noise",
    "copies_of",
    "in_room",
    "in_sixteen_bits",
    "noise_files",
    "saturated",
    "shifted",
    "stretched",
    "with_noise",
]
