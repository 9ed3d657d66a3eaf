"""WAV and its relatives (RIFF, RIFX, RF64, BW64): finds the samples and their encoding.

Layouts: Microsoft "Multiple Channel Audio Data and WAVE Files" (WAVE_FORMAT_EXTENSIBLE), EBU Tech 3306 (RF64).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal

from ser_core.audio.containers import mpeg
from ser_core.audio.containers.plan import Oddities, Part, Plan
from ser_core.audio.containers.refusals import damaged, no_sound
from ser_core.audio.containers.view import Source
from ser_core.language import later

_MARKS = {b"RIFF": "<", b"RF64": "<", b"BW64": "<", b"RIFX": ">"}
_PCM, _FLOAT, _ALAW, _MULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_MPEG = (0x50, 0x55)
_PCM_BY_WIDTH = {1: "PCM_U8", 2: "PCM_16", 3: "PCM_24", 4: "PCM_32"}
_FLOAT_BY_WIDTH = {4: "FLOAT", 8: "DOUBLE"}
# libsndfile reads these from a header of their own: MS ADPCM, IMA ADPCM, GSM 6.10 (telephone recordings).
_BLOCK_CODED = (0x02, 0x11, 0x31)
# A writer that cannot go back, such as ffmpeg or sox writing into a pipe, leaves 0, 0xFFFFFFFF, 0x7FFFF000 or a nearby
# value as the size; no file accepted here is really that long without being RF64.
_PLACEHOLDER_FROM = 0x7FFF_0000
# Some headers count themselves as sound; nobody hears that so little is missing.
_FORGIVEN_S = 0.02
# A file of a million chunks of sound is no recording.
_MOST_CHUNKS = 10_000


@dataclass(frozen=True)
class _Format:
    tag: int
    channels: int
    rate_hz: int
    bytes_per_s: int
    block_bytes: int
    bits: int
    raw: bytes
    order: str


@dataclass(frozen=True)
class _Data:
    """A chunk of sound: the bytes that are present, and how many were promised."""

    form: _Format
    start: int
    end: int
    promised_bytes: int


def is_wave(head: bytes) -> bool:
    """Whether `head`, the first 12 bytes, opens a file of this family."""
    return head[:4] in _MARKS and head[8:12] == b"WAVE"


def plan(source: Source, start: int) -> Plan:
    """Plan for the WAV file at `start`, and for any files joined to it.

    Raises AudioError when it contains no sound or does not describe its encoding.
    """
    found = list(_chunks_of_sound(source, start))
    if not found:
        raise no_sound(later("it ends before its sound begins"))
    parts: list[Part] = []
    inner = Oddities()
    promised_s, cut_off = 0.0, False
    for form, group in groupby(found, key=lambda data: data.form):
        chunks = tuple(group)
        ranges = tuple((data.start, data.end) for data in chunks)
        plans = [mpeg.find(source, *both) for both in ranges] if form.tag in _MPEG else []
        if plans and all(plans):
            # The frames are right; the size of the chunk and its byte rate are often made up.
            parts += [part for plan in plans if plan for part in plan.parts]
            inner = next((plan.oddities for plan in reversed(plans) if plan), inner)
            continue
        parts.append(_part(form, ranges))
        promised_s += sum(data.promised_bytes for data in chunks) / max(form.bytes_per_s, 1)
        cut_off = cut_off or any(_misses_some(data) for data in chunks)
    if cut_off:
        inner = replace(inner, cut_off=True, promised_s=promised_s)
    return Plan("WAV", tuple(parts), inner)


def _misses_some(data: _Data) -> bool:
    missing_bytes = data.promised_bytes - (data.end - data.start)
    return missing_bytes > max(64, _FORGIVEN_S * data.form.bytes_per_s)


def _chunks_of_sound(source: Source, position: int) -> Iterator[_Data]:
    """Every chunk of sound, with the format description before it.

    Raises AudioError for sound without a format description.
    """
    form: _Format | None = None
    long_size = None
    order = "<"
    for _ in range(_MOST_CHUNKS):
        head = source.read(position, 12)
        if is_wave(head):
            form, long_size, order = None, None, _MARKS[head[:4]]
            position += 12
            continue
        if len(head) < 8:
            return
        name, size = struct.unpack(order + "4sI", head[:8])
        body = position + 8
        if name == b"ds64":
            long_size = int.from_bytes(source.read(body + 8, 8), "little")
        elif name == b"fmt ":
            form = _read_format(source.read(body, min(size, 64)), order)
        elif name == b"data":
            if form is None:
                raise damaged(later("its sound comes before the description of its format"))
            present = source.size - body
            if size == 0xFFFF_FFFF and long_size:
                size = long_size
            elif (size == 0 and source.read(body, 4) not in (b"data", b"LIST")) or (
                size >= _PLACEHOLDER_FROM and size > present
            ):
                size = present
            yield _Data(form, body, body + min(size, present), size)
        elif not name.isascii() or not name.decode("ascii").isprintable():
            return
        position = _next_chunk(source, body + size)


def _next_chunk(source: Source, end: int) -> int:
    """Chunks start at even positions, but some writers omit the padding byte."""
    if end % 2 and source.read(end, 4) not in (b"data", b"fmt "):
        return end + 1
    return end


def _read_format(raw: bytes, order: str) -> _Format:
    if len(raw) < 16:
        raise damaged(later("the description of its format is too short"))
    tag, channels, rate_hz, bytes_per_s, block_bytes, bits = struct.unpack(order + "HHIIHH", raw[:16])
    if tag == _EXTENSIBLE and len(raw) >= 26:
        # The first two bytes of the sub-format's GUID are its format tag.
        tag = struct.unpack(order + "H", raw[24:26])[0]
    return _Format(tag, channels, rate_hz, bytes_per_s, block_bytes, bits, raw, order)


def _part(form: _Format, ranges: tuple[tuple[int, int], ...]) -> Part:
    """What is read of chunks with the same encoding."""
    subtype = _subtype(form)
    if subtype is not None:
        endian: Literal["LITTLE", "BIG"] = "BIG" if form.order == ">" else "LITTLE"
        options: dict[str, Any] = {
            "format": "RAW",
            "subtype": subtype,
            "endian": endian,
            "samplerate": form.rate_hz,
            "channels": form.channels,
        }
        return Part(ranges, options)
    header = _header(form, sum(end - start for start, end in ranges))
    return Part((header, *ranges), demuxer="wav", soundfile=form.tag in _BLOCK_CODED and form.order == "<")


def _subtype(form: _Format) -> str | None:
    if form.tag in (_ALAW, _MULAW):
        return "ALAW" if form.tag == _ALAW else "ULAW"
    widths = {_PCM: _PCM_BY_WIDTH, _FLOAT: _FLOAT_BY_WIDTH}.get(form.tag)
    if widths is None or not form.channels:
        return None
    # 20 bits are stored in 3 or 4 bytes, left-justified: the width of the container matters.
    width, rest = divmod(form.block_bytes, form.channels)
    if rest or width * 8 < form.bits:
        width = -(-form.bits // 8)
    return widths.get(width)


def _header(form: _Format, data_bytes: int) -> bytes:
    """The smallest header that a decoder needs, in place of the file's own header and everything in it."""
    # GSM and ADPCM readers round up to whole blocks; the `fact` chunk with the exact number is often wrong.
    mark = b"RIFX" if form.order == ">" else b"RIFF"
    word = struct.Struct(form.order + "I")
    size = min(data_bytes, 0xFFFF_FFFF - 100)
    chunks = b"fmt " + word.pack(len(form.raw)) + form.raw + b"data" + word.pack(size)
    return mark + word.pack(4 + len(chunks) + size) + b"WAVE" + chunks
