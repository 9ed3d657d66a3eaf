"""What a container says about itself, and which parts of it the decoder reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ser_core.audio.containers.view import Segment


@dataclass(frozen=True)
class Part:
    """One stretch of sound with one rate and one number of channels.

    Attributes:
        segments: what the decoder reads, without the tags, pictures and foreign chunks around it, which have caused
            most of the faults ever found in decoders.
        options: further arguments of soundfile.SoundFile, for sound without a header.
        demuxer: FFmpeg's name for the container, which selects the part of FFmpeg that reads the segments when
            soundfile does not, or gives up.
        soundfile: whether soundfile reads them first.
    """

    segments: tuple[Segment, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    demuxer: str = ""
    soundfile: bool = True


@dataclass(frozen=True)
class Oddities:
    """What is wrong with a file whose sound can nevertheless be read.

    Attributes:
        cut_off: the end is missing, or the last unit of sound is incomplete.
        promised_s: the length that the file claims, 0 if it does not; only reported if it is cut off.
        strange_bytes: number of bytes between or after the sound that belong to nothing.
        damaged: number of places at which sound is missing or corrupted.
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
        parts: usually one; several if the file consists of joined recordings.
        oddities: what the container showed to be wrong.
    """

    container: str
    parts: tuple[Part, ...]
    oddities: Oddities = Oddities()
