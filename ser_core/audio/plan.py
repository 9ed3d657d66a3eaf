"""What a container says of itself, and what of it the decoder is given to read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ser_core.audio.view import Segment


@dataclass(frozen=True)
class Part:
    """One stretch of sound with one rate and one number of channels.

    Attributes:
        segments: what libsndfile reads, without the tags, pictures and foreign chunks around it. Most of
            what has ever gone wrong in libsndfile went wrong in those.
        options: further arguments of soundfile.SoundFile, for sound without a header.
    """

    segments: tuple[Segment, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """How a recording is to be read.

    Attributes:
        container: "WAV", "MP3", "OGG" or "FLAC".
        parts: one, but for recordings that are several put one after the other.
    """

    container: str
    parts: tuple[Part, ...]
