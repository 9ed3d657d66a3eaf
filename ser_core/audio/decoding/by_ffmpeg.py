"""Decodes a part of a recording with FFmpeg, through PyAV.

FFmpeg is told which container to read, gets only decoders for sound, and opens nothing but the bytes it is given.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any

import numpy as np

from ser_core.arrays import Samples
from ser_core.audio.containers.plan import Part
from ser_core.audio.containers.refusals import damaged, no_sound, not_read
from ser_core.audio.containers.view import View
from ser_core.audio.decoding.blocks import Layout, check_layout
from ser_core.audio.decoding.memory import import_with_room
from ser_core.language import N_, later

# Containers that give their length; for others, FFmpeg estimates it from the bit rate of the first packets.
_SAYS_LENGTH = (
    "mov",
    "matroska",
    "asf",
    "aiff",
    "caf",
    "au",
    "w64",
    "wav",
    "flac",
    "wv",
    "ape",
    "tta",
    "tak",
    "dsf",
    "flv",
)
# Smaller differences are padding, or a rounded time.
_FORGIVEN_S = 0.3
# FFmpeg's own AMR decoders know fewer frame types (none of the comfort noise between words) than these.
_BETTER = {"amrnb": "libopencore_amrnb", "amrwb": "libopencore_amrwb"}
_NAMES = {
    "mov": N_("an MP4 file"),
    "matroska": N_("a WebM or Matroska file"),
    "asf": N_("a Windows Media file"),
    "wav": N_("a WAV file"),
    "mpegts": N_("an MPEG transport stream"),
}
# Format tags of WAV codecs that telephone systems write and FFmpeg does not know (RFC 2361).
_WAV_CODINGS = {
    0x16: "MediaVision ADPCM",
    0x34: "VSELP",
    0x59: "G.723.1 by Lucent",
    0x72: "Philips speech",
    0x89: "G.721",
    0x131: "ACELP.net",
    0x1100: "CELP by Lernout & Hauspie",
    0x181F: "Voxware",
}
# After this many errors in a row, nothing more will come.
_MOST_ERRORS = 2000
_OPTIONS = {
    # Two million bytes are enough to find a sound track behind a second or two of video.
    "probesize": "2000000",
    "analyzeduration": "5000000",
    "protocol_whitelist": "none",
}


class Reader:
    """One open part. Raises AudioError when it contains no sound that FFmpeg can decode.

    Attributes:
        layout: rate, channels and codec at the beginning.
        promised_frames: its length according to the header; None if unknown.
        exact: as in the other reader; here the length is a time and always exact.
        damaged: number of places where packets between others could not be decoded.
        broken_end: whether the last packet could not be decoded.
    """

    exact = True

    def __init__(self, part: Part, view: View) -> None:
        self._av: Any = import_with_room("av")
        av = self._av
        self.damaged = 0
        self.broken_end = False
        self._demuxer = part.demuxer
        view.seek(0)
        try:
            self._container = av.open(
                view,
                format=part.demuxer,
                options={**_OPTIONS, "codec_whitelist": _sound_decoders()},
                metadata_errors="replace",
            )
        except av.FFmpegError as error:
            raise self._refusal(error, view) from None
        try:
            self._open_stream(view)
        except BaseException:
            self._container.close()
            raise

    def _open_stream(self, view: View) -> None:
        av = self._av
        # The first track that is meant to be heard: descriptions and other languages come later.
        streams = sorted(self._container.streams.audio, key=lambda s: not s.disposition & s.disposition.default)
        known = _NAMES.get(self._demuxer)
        name = later(known) if known else later("a file of this kind ({kind})", kind=self._demuxer)
        if not streams:
            if self._container.streams.video:
                raise no_sound(later("it is a video without a sound track"))
            raise no_sound(later("{file} without a sound track", file=name))
        self._stream = stream = streams[0]
        context = stream.codec_context
        if context is None or not context.codec.is_decoder:
            raise not_read(
                later("{file} whose sound is coded as {coding}", file=name, coding=self._coding(stream, view))
            )
        context.thread_count = 1
        try:
            if context.name in _BETTER:
                context = av.CodecContext.create(_BETTER[context.name], "r")
                context.sample_rate, context.layout = (8000 if "nb" in context.name else 16_000), "mono"
            context.open(strict=False)
        except (av.FFmpegError, ValueError):
            raise not_read(
                later("{file} whose sound is coded as {coding}", file=name, coding=self._coding(stream, view))
            ) from None
        self._context = context
        self.layout = Layout(context.sample_rate or 0, context.channels, _codec_name(context.name))
        if self.layout.rate_hz and self.layout.channels:
            check_layout(self.layout.rate_hz, self.layout.channels)
        self.promised_frames = self._promised()

    def _promised(self) -> int | None:
        if self._demuxer not in _SAYS_LENGTH:
            return None
        stream = self._stream
        if stream.duration and stream.time_base:
            return round(float(stream.duration * stream.time_base) * self.layout.rate_hz)
        if self._container.duration:
            return round(self._container.duration / 1e6 * self.layout.rate_hz)
        return None

    def _refusal(self, error: Exception, view: View) -> Exception:
        name = later(_NAMES.get(self._demuxer, N_("the file")))
        if self._demuxer == "mov":
            return no_sound(later("the table that says where its sound lies (moov), which is written last, is missing"))
        if self._demuxer == "wav":
            tag = _wav_tag(view)
            if tag in _WAV_CODINGS:
                return not_read(later("a WAV file whose sound is coded as {coding}", coding=_WAV_CODINGS[tag]))
        return damaged(later("{file} cannot be opened", file=name))

    def _coding(self, stream: Any, view: View) -> str:
        tag = _wav_tag(view) if self._demuxer == "wav" else None
        if tag is not None:
            return f"{_WAV_CODINGS.get(tag, 'something unknown')} (format tag 0x{tag:04X})"
        context = getattr(stream, "codec_context", None)
        return getattr(context, "name", None) or "something unknown or protected against copying"

    def count_frames(self, on_block: Callable[[], None] = lambda: None) -> int:
        """The number of frames if the header does not give it: from the lengths of the packets, without decoding."""
        if self._stream.time_base is None:
            return 0
        last_s = 0.0
        first_s = None
        for packet in self._packets():
            on_block()
            if packet.pts is not None:
                at_s = float(packet.pts * self._stream.time_base)
                first_s = at_s if first_s is None else first_s
                last_s = max(last_s, at_s + float((packet.duration or 0) * self._stream.time_base))
        return round((last_s - (first_s or 0.0)) * self.layout.rate_hz)

    def blocks(self) -> Iterator[tuple[Layout, Samples]]:
        """Half-second blocks of shape (n, channels); shorter where the layout changes, and at the end."""
        held: list[Samples] = []
        count = 0
        layout = self.layout
        for now, samples in self._frames():
            if now != layout and held:
                yield layout, np.concatenate(held)
                held, count = [], 0
            layout = now
            size = layout.rate_hz // 2
            held.append(samples)
            count += len(samples)
            if count >= size:
                joined = np.concatenate(held)
                while len(joined) >= size:
                    yield layout, joined[:size]
                    joined = joined[size:]
                held, count = [joined], len(joined)
        if count:
            yield layout, np.concatenate(held)

    def _frames(self) -> Iterator[tuple[Layout, Samples]]:
        failed = heard = 0
        expected = None
        for packet in self._packets():
            try:
                frames = self._context.decode(packet if packet.size else None)
            except self._av.FFmpegError:
                failed += 1
                if failed > _MOST_ERRORS:
                    break
                continue
            for frame in frames:
                if failed and heard:
                    self.damaged += 1
                failed = 0
                heard += 1
                if self._demuxer == "flac" and frame.pts is not None:
                    # A FLAC frame gives the number of its first sample; damaged frames are dropped before they get
                    # here.
                    start = round(float(frame.pts * frame.time_base) * frame.sample_rate)
                    self.damaged += expected is not None and start > expected
                    expected = start + frame.samples
                layout = Layout(frame.sample_rate, len(frame.layout.channels), self.layout.codec)
                check_layout(layout.rate_hz, layout.channels)
                yield layout, _as_float(frame)
        self.broken_end = failed > 0

    def _packets(self) -> Iterator[Any]:
        """All packets of the stream, skipping errors of the container."""
        failed = 0
        while True:
            try:
                yield from self._container.demux(self._stream)
            except self._av.FFmpegError:
                failed += 1
                if failed > 100:
                    self.damaged += 1
                    return
                continue
            except IndexError:
                # PyAV stumbles over a stream that began after the file was opened, once everything has been read
                # (18.1, `InputContainer.demux`): it flushes by the count of now, in a list of the streams of then.
                return
            return

    def close(self) -> None:
        """Close the file."""
        self._container.close()


@cache
def _sound_decoders() -> str:
    """FFmpeg's names for its sound decoders, separated by commas."""
    av: Any = import_with_room("av")
    found = set()
    for name in av.codecs_available:
        # Some are encoders only.
        with suppress(ValueError):
            codec = av.Codec(name, "r")
            if codec.type == "audio":
                found.add(codec.name)
    return ",".join(sorted(found))


def _codec_name(name: str) -> str:
    return name.removeprefix("libopencore_").removesuffix("float").upper()


def _wav_tag(view: View) -> int | None:
    view.seek(0)
    head = view.read(64)
    at = head.find(b"fmt ")
    if at < 0 or len(head) < at + 10:
        return None
    return int.from_bytes(head[at + 8 : at + 10], "big" if head[:4] == b"RIFX" else "little")


# Formats of samples that PyAV hands to numpy as they are; 64-bit integers are not among them.
_READY_FORMATS = {f"{name}{planar}" for name in ("u8", "s16", "s32", "flt", "dbl") for planar in ("", "p")}


# PyAV finds the planes of a frame by walking over pointers until one is NULL, and behind the eighth there is none: it
# reads whatever lies there, and the process crashes (18.1, `AudioFrame.planes`).
_MOST_PLANES = 7


def _resampler(layout: Any, rate_hz: int) -> Any:
    return import_with_room("av").AudioResampler(format="dbl", layout=layout, rate=rate_hz)


def _as_float(frame: Any) -> Samples:
    """Samples of a frame as float32 in [-1, 1], shape (n, channels)."""
    many = frame.format.is_planar and len(frame.layout.channels) > _MOST_PLANES
    if many or frame.format.name not in _READY_FORMATS:
        (frame,) = _resampler(frame.layout, frame.sample_rate).resample(frame)
    array = frame.to_ndarray()
    planar = frame.format.is_planar
    channels = len(frame.layout.channels)
    samples = array.T if planar else array.reshape(-1, channels)
    if samples.dtype == np.uint8:
        return (samples.astype(np.float32) - 128) / 128
    if samples.dtype.kind == "i":
        return samples.astype(np.float32) / np.float32(2 ** (8 * samples.dtype.itemsize - 1))
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(samples, dtype=np.float32)
