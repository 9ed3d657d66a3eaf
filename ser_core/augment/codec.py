"""Lossy coding of a voice."""

import io

import soundfile

from ser_core import audio
from ser_core.records import Clip

# libsndfile turns 0 to 1 into 160 to 8 kbit/s at 16 kHz, evenly.
_FASTEST_KBIT_S, _SLOWEST_KBIT_S = 160.0, 8.0


def as_mp3(clip: Clip, kbit_s: float) -> Clip:
    """The clip after MP3 coding at a constant bit rate: in whole frames of 36 ms, after a short delay."""
    stored = io.BytesIO()
    soundfile.write(
        stored,
        clip.samples,
        clip.rate_hz,
        format="MP3",
        subtype="MPEG_LAYER_III",
        bitrate_mode="CONSTANT",
        compression_level=(_FASTEST_KBIT_S - kbit_s) / (_FASTEST_KBIT_S - _SLOWEST_KBIT_S),
    )
    return audio.read_clip(stored.getvalue())
