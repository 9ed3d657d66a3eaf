"""Recordings become clips: WAV, MP3, OGG and FLAC, told apart by content, decoded in a process of their own.

Whatever the file: mono float32 at 16 kHz, or an AudioError that says what is wrong and what to do. Nothing is
written to disk. Recordings are hostile until decoded, which a watched child process with little memory and
time does (`worker`); it starts with the first recording and ends when idle.
"""

import io
import wave
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ser_core.arrays import Samples
from ser_core.audio.limits import MIN_DURATION_S, SAMPLE_RATE_HZ
from ser_core.audio.source import Recording
from ser_core.audio.stream import Stream
from ser_core.config import load_settings
from ser_core.errors import AudioError
from ser_core.records import Clip

__all__ = [
    "MIN_DURATION_S",
    "SAMPLE_RATE_HZ",
    "AudioInfo",
    "Source",
    "probe",
    "read_blocks",
    "read_clip",
    "to_wav",
]

Source = bytes | Path


@dataclass(frozen=True)
class AudioInfo:
    """What a recording's header says.

    Attributes:
        container: "WAV", "MP3", "OGG" or "FLAC".
        codec: libsndfile's name of the coding, such as "PCM_16", "MPEG_LAYER_III", "VORBIS" or "OPUS".
        rate_hz: samples a second, before anything is resampled.
        channels: number of channels, before they are mixed.
        duration_s: length in seconds.
    """

    container: str
    codec: str
    rate_hz: int
    channels: int
    duration_s: float


def probe(source: Source) -> AudioInfo:
    """What the recording's header says, without decoding it.

    Raises AudioError for what is no recording, is empty or damaged, or is cut off where that shows without
    decoding. Silence and length are not judged.
    """
    with Recording(source) as recording, Stream(recording, float("inf")) as stream:
        return AudioInfo(**stream.describe())


def read_clip(source: Source, *, max_duration_s: float | None = None) -> Clip:
    """The whole recording as one clip: mono float32 in [-1, 1] at 16 kHz.

    Channels are averaged, or the loudest is taken where they cancel each other. 64 kB a second of memory.

    Args:
        source: the bytes of the recording, or where it lies.
        max_duration_s: longest recording that is read; Settings.max_duration_s when None.

    Raises AudioError for what is not read (M4A, video, text), empty, cut off, damaged, silent (under -65 dBFS
    throughout), shorter than 0.5 s, longer than `max_duration_s`, or not to be found.

    >>> clip = read_clip(Path("take.mp3"))  # doctest: +SKIP
    >>> clip.rate_hz, clip.duration_s  # doctest: +SKIP
    (16000, 3.5)
    """
    if max_duration_s is None:
        max_duration_s = load_settings().max_duration_s
    with Recording(source) as recording, Stream(recording, max_duration_s) as stream:
        whole = bytearray()
        for piece in stream.pieces():
            whole += piece.data
        return Clip(np.frombuffer(whole, np.float32), SAMPLE_RATE_HZ)


def read_blocks(source: Source, *, block_s: float = 30.0) -> Iterator[Clip]:
    """The same samples as `read_clip`, in blocks of `block_s` seconds, the last one shorter.

    Needs the memory of a block and some megabytes, however long the recording is. Stop whenever you like.

    Raises what `read_clip` raises. What only shows at the end (cut off, silent, too short) is raised after the
    last block, or at once instead of the first when the recording is no longer than ten seconds.
    """
    block_samples = round(block_s * SAMPLE_RATE_HZ)
    if block_samples < 1:
        raise ValueError(f"block_s must be above 0; got {block_s}.")
    return _blocks(source, block_samples)


def _blocks(source: Source, block_samples: int) -> Iterator[Clip]:
    with Recording(source) as recording, Stream(recording, load_settings().max_duration_s) as stream:
        for block in _cut(stream.pieces(), block_samples):
            yield Clip(block, SAMPLE_RATE_HZ)


def _cut(pieces: Iterable[Samples], block_samples: int) -> Iterator[Samples]:
    """The same samples in arrays of `block_samples`. What there is comes before the error that ends it."""
    held: list[Samples] = []
    missing = block_samples
    failure = None
    try:
        for piece in pieces:
            while len(piece):
                held.append(piece[:missing])
                piece = piece[missing:]
                missing -= len(held[-1])
                if not missing:
                    yield np.concatenate(held)
                    held, missing = [], block_samples
    except AudioError as error:
        failure = error
    if held:
        yield np.concatenate(held)
    if failure is not None:
        raise failure


def to_wav(clip: Clip) -> bytes:
    """The clip as a 16-bit WAV file. `read_clip` gives the samples back to half a step (2 ** -16)."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(clip.rate_hz)
        file.writeframes((clip.samples * 32768).round().clip(-32768, 32767).astype("<i2").tobytes())
    return buffer.getvalue()
