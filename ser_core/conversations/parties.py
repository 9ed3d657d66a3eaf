"""Who speaks on which channel."""

from pathlib import Path

import numpy as np

from ser_core import audio
from ser_core.audio.decoding.channels import Downmix
from ser_core.audio.limits import SAMPLE_RATE_HZ
from ser_core.errors import AudioError

# A call in which the second party has not spoken by then is taken for one voice.
_JUDGED_S = 600.0
_BLOCK_S = 10.0


def speak_apart(source: bytes | Path) -> bool:
    """Whether each of two channels carries a voice of its own, as in a recorded call, by the first ten minutes.

    Each channel has moments to itself, in which it is 12 dB over the other, and together these are most of the sound
    (`ser_core.audio.decoding.channels.Downmix`). Raises AudioError when the recording cannot be used.
    """
    if audio.probe(source).channels != 2:
        return False
    with (
        audio.open_recording(source, channel=0) as left,
        audio.open_recording(source, channel=1) as right,
    ):
        mix = Downmix(SAMPLE_RATE_HZ, 2)
        heard_s = 0.0
        try:
            for one, other in zip(left.blocks(_BLOCK_S), right.blocks(_BLOCK_S), strict=True):
                mix(np.column_stack([one.samples, other.samples]))
                heard_s += one.duration_s
                if heard_s >= _JUDGED_S:
                    break
        except AudioError:
            # What is wrong with the recording shows again when it is heard. A channel may be silent throughout.
            return False
    return mix.facts.parties


def required_apart(source: bytes | Path) -> None:
    """Raises AudioError for a recording whose channels cannot be heard one by one."""
    channels = audio.probe(source).channels
    if channels != 2:
        raise AudioError(
            "The number of channels is {channels}; two are needed, one for each party. Hear the parties together "
            "instead.",
            channels=channels,
        )
