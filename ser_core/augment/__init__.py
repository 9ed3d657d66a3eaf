"""What happens to a voice on its way to a recorder, for training: other voices, rooms, noise, cheap channels.

Every transform takes its parameters as arguments, and chance as `rng`; `recipe.disturbed` draws them for the
served model, `classic.augmented` for the classic ones.
"""

from ser_core.augment.babble import babble_noise
from ser_core.augment.channel import band_limited, saturated
from ser_core.augment.classic import AUGMENTATIONS, augmented, check_augmentations
from ser_core.augment.noise import coloured_noise, with_noise
from ser_core.augment.noise_folder import noise_files
from ser_core.augment.pitch import at_pitch
from ser_core.augment.policies import Copies, copies_of, disturbed, noisy, telephoned
from ser_core.augment.room import in_room
from ser_core.augment.shift import shifted
from ser_core.augment.speed import at_speed
from ser_core.augment.stretch import stretched

__all__ = [
    "AUGMENTATIONS",
    "Copies",
    "at_pitch",
    "at_speed",
    "augmented",
    "babble_noise",
    "band_limited",
    "check_augmentations",
    "copies_of",
    "coloured_noise",
    "disturbed",
    "in_room",
    "noise_files",
    "noisy",
    "saturated",
    "shifted",
    "stretched",
    "telephoned",
    "with_noise",
]
