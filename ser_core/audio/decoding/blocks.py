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
            "The recording has {rate_hz} samples a second; {min_rate_hz} to {max_rate_hz} are read. "
            "Convert it, for example with: ffmpeg -i INPUT -ar 48000 output.wav",
            rate_hz=rate_hz,
            min_rate_hz=MIN_RATE_HZ,
            max_rate_hz=MAX_RATE_HZ,
        )
    if not 1 <= channels <= MAX_CHANNELS:
        raise AudioError(
            "The recording has {channels} channels; 1 to {max_channels} are read. Convert it, for "
            "example with: ffmpeg -i INPUT -ac 1 output.wav",
            channels=channels,
            max_channels=MAX_CHANNELS,
        )
