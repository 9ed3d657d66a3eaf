"""What happens to a voice on its way to a recorder, for training: other voices, rooms, noise, cheap channels.

Every transform takes its parameters as arguments, and chance as `rng`; `recipe.disturbed` draws them.
"""

from ser_core.augment.channel import band_limited, saturated
from ser_core.augment.noise import coloured_noise, with_noise
from ser_core.augment.recipe import disturbed
from ser_core.augment.room import in_room
from ser_core.augment.speed import at_speed

__all__ = ["at_speed", "band_limited", "coloured_noise", "disturbed", "in_room", "saturated", "with_noise"]
