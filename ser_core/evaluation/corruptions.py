"""What may lie between a voice and its recording: test clips are heard once more under each of these conditions."""

import io
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import soundfile

from ser_core import audio
from ser_core.arrays import Samples
from ser_core.augment import band_limited, coloured_noise, in_room, saturated, with_noise
from ser_core.records import Clip

# Takes a clip, samples of other clips to mix babble from, and chance.
Condition = Callable[[Clip, Sequence[Samples], np.random.Generator], Clip]

N_TALKERS = 5

_QUIET_DB = -50.0
_OVERDRIVE_DB = 12.0
# libsndfile turns 0 to 1 into 160 to 8 kbit/s at this sample rate, evenly.
_LAME_32_KBIT_S = 0.85


def _babble(clip: Clip, others: Sequence[Samples], rng: np.random.Generator) -> Clip:
    n = len(clip.samples)
    talk = [np.roll(np.resize(samples, n), rng.integers(n)) for samples in others]
    return with_noise(clip, np.sum(talk, axis=0, dtype=np.float32), 10.0)


def _mp3(clip: Clip, others: Sequence[Samples], rng: np.random.Generator) -> Clip:
    stored = io.BytesIO()
    soundfile.write(
        stored,
        clip.samples,
        clip.rate_hz,
        format="MP3",
        subtype="MPEG_LAYER_III",
        bitrate_mode="CONSTANT",
        compression_level=_LAME_32_KBIT_S,
    )
    return audio.read_clip(stored.getvalue())


def _quiet(clip: Clip, others: Sequence[Samples], rng: np.random.Generator) -> Clip:
    """Its loudest sample at -50 dBFS, in the steps of 16 bits."""
    scale = 10 ** (_QUIET_DB / 20) / np.abs(clip.samples).max()
    return Clip((np.round(clip.samples * scale * 32768) / 32768).astype(np.float32), clip.rate_hz)


CONDITIONS: Mapping[str, Condition] = {
    "telephone band": lambda clip, others, rng: band_limited(clip, 300.0, 3400.0),
    "MP3 at 32 kbit/s": _mp3,
    "babble at 10 dB": _babble,
    "noise at 10 dB": lambda clip, others, rng: with_noise(clip, coloured_noise(len(clip.samples), 3.0, rng), 10.0),
    "small room": lambda clip, others, rng: in_room(clip, 0.4, 3.0, rng),
    "quiet": _quiet,
    "clipped": lambda clip, others, rng: saturated(clip, _OVERDRIVE_DB),
}
