"""Turns recordings into clips: whatever phones, browsers and recorders make, decoded in a separate process.

Every file becomes mono float32 at 16 kHz with notices about it (`Notice`), or an AudioError that says what is wrong and
what to do. The container is recognised by its content, never by its name. Whatever can be decoded is accepted; the
policy is in `containers`. Nothing is written to disk. A recording is hostile until decoded, so a watched child process
with little memory and time decodes it (`sandbox`). That process starts with the first recording and ends when idle.
"""

import io
import wave
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ser_core.arrays import Samples
from ser_core.audio.limits import MIN_DURATION_S, SAMPLE_RATE_HZ
from ser_core.audio.sandbox.stream import Stream
from ser_core.audio.source import Elsewhere, Recording
from ser_core.config import load_settings
from ser_core.errors import AudioError
from ser_core.notices import Notice, NoticeCode
from ser_core.records import Clip

__all__ = [
    "MIN_DURATION_S",
    "SAMPLE_RATE_HZ",
    "AudioInfo",
    "Decoded",
    "Elsewhere",
    "Notice",
    "NoticeCode",
    "OpenRecording",
    "Source",
    "open_recording",
    "probe",
    "read_between",
    "read_blocks",
    "read_clip",
    "read_recording",
    "to_wav",
]

Source = bytes | Path | Elsewhere


@dataclass(frozen=True)
class AudioInfo:
    """What a recording is, before it is mixed and resampled.

    Attributes:
        container: what people call the file: "WAV", "MP3", "OGG", "FLAC", "MP4", "WebM", "AMR" ...
        codec: the decoder's name for the codec, such as "PCM_16", "MPEG_LAYER_III", "OPUS" or "AAC".
        rate_hz: samples a second.
        channels: number of channels.
        duration_s: length in seconds.
    """

    container: str
    codec: str
    rate_hz: int
    channels: int
    duration_s: float


@dataclass(frozen=True, eq=False)
class Decoded:
    """A recording that was read completely.

    Attributes:
        clip: its sound, mono at 16 kHz.
        info: its properties; the duration is that of the clip.
        notices: what is missing or strange about it, in the order of NoticeCode; usually empty.
    """

    clip: Clip
    info: AudioInfo
    notices: tuple[Notice, ...]


class OpenRecording:
    """A recording that is read block by block, as returned by `open_recording`."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def blocks(self, block_s: float = 30.0) -> Iterator[Clip]:
        """Its sound in blocks of `block_s` seconds, the last one shorter. Can be read only once."""
        block_samples = round(block_s * SAMPLE_RATE_HZ)
        if block_samples < 1:
            raise ValueError(f"block_s must be above 0; got {block_s}.")
        return (Clip(block, SAMPLE_RATE_HZ) for block in _cut(self._stream.pieces(), block_samples))

    @property
    def info(self) -> AudioInfo:
        """Its properties, once all blocks have been read."""
        return AudioInfo(**self._stream.ending["info"])

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices, once all blocks have been read."""
        return tuple(Notice(NoticeCode(n["code"]), n["facts"]) for n in self._stream.ending["notices"])


def probe(source: Source) -> AudioInfo:
    """The properties of a recording from its header, without decoding it.

    If the header does not give the length, the packets are counted. Raises AudioError when the file is not a recording,
    is empty, or has visibly lost all of its sound. Silence and length are not checked.
    """
    with Recording(source) as recording, Stream(recording, float("inf")) as stream:
        return AudioInfo(**stream.describe())


@contextmanager
def open_recording(
    source: Source, *, channel: int | None = None, max_duration_s: float | None = None
) -> Iterator[OpenRecording]:
    """Opens a recording that is read once from start to end, with the memory of one block and a few megabytes.

    Args:
        source: the bytes of the recording, the path of its file, or where else its bytes are read (`Elsewhere`).
        channel: the channel to use, counted from 0; all of them mixed if None, or if there are fewer.
        max_duration_s: longest recording accepted; Settings.max_duration_s if None.

    Raises the errors of `read_recording` while its blocks are read. Those that show only at the end (silent, too short)
    are raised after the last block, or instead of the first if the recording is no longer than ten seconds.

    >>> with open_recording(Path("call.m4a")) as recording:  # doctest: +SKIP
    ...     for block in recording.blocks(30.0):
    ...         hear(block)
    ...     print(recording.info.channels, recording.notices)
    """
    if max_duration_s is None:
        max_duration_s = load_settings().max_duration_s
    with Recording(source) as opened, Stream(opened, max_duration_s, channel) as stream:
        yield OpenRecording(stream)


def read_recording(source: Source, *, channel: int | None = None, max_duration_s: float | None = None) -> Decoded:
    """The whole recording, decoded once: its sound, its properties and the notices.

    Channels are averaged; where they cancel each other out, the better one is used. Takes 64 kB of memory a second.

    Args:
        source: the bytes of the recording, the path of its file, or where else its bytes are read (`Elsewhere`).
        channel: the channel to use, counted from 0; all of them mixed if None, or if there are fewer.
        max_duration_s: longest recording accepted; Settings.max_duration_s if None.

    Raises AudioError when the file contains no sound (text, pictures, silence below -65 dBFS), cannot be decoded, is
    shorter than 0.5 s or longer than `max_duration_s`, or cannot be found.

    >>> take = read_recording(Path("take.m4a"))  # doctest: +SKIP
    >>> take.clip.duration_s, take.info.container, take.notices  # doctest: +SKIP
    (3.5, 'MP4', ())
    """
    with open_recording(source, channel=channel, max_duration_s=max_duration_s) as recording:
        whole = bytearray()
        for piece in recording._stream.pieces():
            whole += piece.data
        clip = Clip(np.frombuffer(whole, np.float32), SAMPLE_RATE_HZ)
        return Decoded(clip, recording.info, recording.notices)


def read_clip(source: Source, *, channel: int | None = None, max_duration_s: float | None = None) -> Clip:
    """Only the sound of `read_recording`: mono float32 in [-1, 1] at 16 kHz."""
    return read_recording(source, channel=channel, max_duration_s=max_duration_s).clip


def read_blocks(source: Source, *, channel: int | None = None, block_s: float = 30.0) -> Iterator[Clip]:
    """The same samples as `read_clip`, in blocks of `block_s` seconds, the last one shorter.

    Takes the memory of one block and a few megabytes, however long the recording is. You may stop at any block. Raises
    the errors of `open_recording`.
    """
    if round(block_s * SAMPLE_RATE_HZ) < 1:
        raise ValueError(f"block_s must be above 0; got {block_s}.")
    return _blocks(source, channel, block_s)


def read_between(source: Source, start_s: float, end_s: float, *, channel: int | None = None) -> Clip:
    """The sound from one moment to another, holding no more of a long recording than that and a block.

    Empty where the recording ends before. Raises the errors of `open_recording`.
    """
    pieces = [np.zeros(0, np.float32)]
    at_s = 0.0
    for block in read_blocks(source, channel=channel):
        pieces.append(block.between(start_s - at_s, end_s - at_s).samples)
        at_s += block.duration_s
        if at_s >= end_s:
            break
    return Clip(np.concatenate(pieces), SAMPLE_RATE_HZ)


def _blocks(source: Source, channel: int | None, block_s: float) -> Iterator[Clip]:
    with open_recording(source, channel=channel) as recording:
        yield from recording.blocks(block_s)


def _cut(pieces: Iterable[Samples], block_samples: int) -> Iterator[Samples]:
    """The same samples in arrays of `block_samples`. An error is raised after the samples that came before it."""
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
    """The clip as a 16-bit WAV file. `read_clip` restores the samples to within half a step (2 ** -16)."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(clip.rate_hz)
        file.writeframes((clip.samples * 32768).round().clip(-32768, 32767).astype("<i2").tobytes())
    return buffer.getvalue()
