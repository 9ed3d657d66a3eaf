"""What both decoders return: blocks of samples and their layout."""

from dataclasses import dataclass

from ser_core.audio.limits import MAX_CHANNELS, MAX_RATE_HZ, MIN_RATE_HZ
from ser_core.errors import AudioError


@dataclass(frozen=True)
class Layout:
    """The layout of samples before anything is mixed or resampled.

    Attributes:
        rate_hz: samples a second.
        channels: number of channels.
        codec: the decoder's name for the codec.
    """

    rate_hz: int
    channels: int
    codec: str


def check_layout(rate_hz: int, channels: int) -> None:
    """Raises AudioError for rates and numbers of channels outside the limits."""
    if not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        raise AudioError(
            f"The recording has {rate_hz} samples a second; {MIN_RATE_HZ} to {MAX_RATE_HZ} are read. "
            f"Convert it, for example with: ffmpeg -i INPUT -ar 48000 output.wav"
        )
    if not 1 <= channels <= MAX_CHANNELS:
        raise AudioError(
            f"The recording has {channels} channels; 1 to {MAX_CHANNELS} are read. "
            f"Convert it, for example with: ffmpeg -i INPUT -ac 1 output.wav"
        )
