"""What a container says of itself, and what of it the decoder is given to read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ser_core.audio.containers.view import Segment


@dataclass(frozen=True)
class Part:
    """One stretch of sound with one rate and one number of channels.

    Attributes:
        segments: what the decoder reads, without the tags, pictures and foreign chunks around it. Most of
            what has ever gone wrong in decoders went wrong in those.
        options: further arguments of soundfile.SoundFile, for sound without a header.
        demuxer: FFmpeg's name of the container: which part of FFmpeg reads the segments where soundfile does not,
            or gives up.
        soundfile: whether soundfile reads them first.
    """

    segments: tuple[Segment, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    demuxer: str = ""
    soundfile: bool = True


@dataclass(frozen=True)
class Oddities:
    """What is wrong with a file whose sound can be read all the same.

    Attributes:
        cut_off: the end is missing, or the last unit of sound is not complete.
        promised_s: how long the file says that it is, 0 where it does not say; told only of what is cut off.
        strange_bytes: how many bytes between or behind the sound belong to nothing.
        damaged: at how many places sound is missing or was not what had been written.
    """

    cut_off: bool = False
    promised_s: float = 0.0
    strange_bytes: int = 0
    damaged: int = 0


@dataclass(frozen=True)
class Plan:
    """How a recording is to be read.

    Attributes:
        container: what a person calls the file: "WAV", "MP3", "MP4" ...
        parts: one, but for recordings that are several put one after the other.
        oddities: what looking at the container showed.
    """

    container: str
    parts: tuple[Part, ...]
    oddities: Oddities = Oddities()
