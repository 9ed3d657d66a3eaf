"""WAV and its relatives (RIFF, RIFX, RF64, BW64): finds the samples and says how they are coded.

Layouts: Microsoft "Multiple Channel Audio Data and WAVE Files" (WAVE_FORMAT_EXTENSIBLE), EBU Tech 3306 (RF64).
"""

import struct
from dataclasses import dataclass
from typing import Any, Literal

from ser_core.audio import mpeg
from ser_core.audio.plan import Part, Plan
from ser_core.audio.refusals import cut_off, damaged, not_read
from ser_core.audio.view import Source

_MARKS = {b"RIFF": "<", b"RF64": "<", b"BW64": "<", b"RIFX": ">"}
_PCM, _FLOAT, _ALAW, _MULAW, _MP3, _EXTENSIBLE = 1, 3, 6, 7, 0x55, 0xFFFE
_PCM_BY_WIDTH = {1: "PCM_U8", 2: "PCM_16", 3: "PCM_24", 4: "PCM_32"}
_FLOAT_BY_WIDTH = {4: "FLOAT", 8: "DOUBLE"}
# Read by libsndfile from a header of their own: MS ADPCM, IMA ADPCM, GSM 6.10 (telephone recordings).
_BLOCK_CODED = (0x02, 0x11, 0x31)
# A writer that cannot go back, such as ffmpeg or sox into a pipe, leaves 0, 0xFFFFFFFF, 0x7FFFF000 or a
# neighbour of these as the size; nothing that is read here is really so long without being RF64.
_PLACEHOLDER_FROM = 0x7FFF_0000
# A few headers promise their own size as sound; nobody hears so little missing.
_FORGIVEN_S = 0.02


@dataclass(frozen=True)
class _Format:
    tag: int
    channels: int
    rate_hz: int
    bytes_per_s: int
    block_bytes: int
    bits: int
    raw: bytes


def is_wave(head: bytes) -> bool:
    """Whether `head`, the first 12 bytes, opens a file of this family."""
    return head[:4] in _MARKS and head[8:12] == b"WAVE"


def plan(source: Source, start: int) -> Plan:
    """Plan for the WAV file at `start`. Raises AudioError when it is cut off or coded in a way not read."""
    order = _MARKS[source.read(start, 4)]
    form, data_start, promised = _find_chunks(source, start + 12, order)
    present = source.size - data_start
    missing = promised - present
    if missing > max(64, _FORGIVEN_S * form.bytes_per_s):
        raise cut_off(f"{present} of {promised} bytes of sound are there")
    end = data_start + min(promised, present)
    if form.tag == _MP3:
        return Plan("WAV", (mpeg.part(source, data_start, end),))
    return Plan("WAV", (_part(form, data_start, end, order),))


def _find_chunks(source: Source, position: int, order: str) -> tuple[_Format, int, int]:
    """The format, where the sound starts, and how many bytes of it are promised (to the end if not known)."""
    form = None
    long_size = None
    while len(head := source.read(position, 8)) == 8:
        name, size = struct.unpack(order + "4sI", head)
        body = position + 8
        if name == b"ds64":
            long_size = int.from_bytes(source.read(body + 8, 8), "little")
        elif name == b"fmt " and form is None:
            form = _read_format(source.read(body, min(size, 64)), order)
        elif name == b"data":
            if form is None:
                raise damaged("its sound comes before the description of the sound")
            if long_size and size == 0xFFFF_FFFF:
                return form, body, long_size
            present = source.size - body
            unknown = size == 0 or (size >= _PLACEHOLDER_FROM and size > present)
            return form, body, present if unknown else size
        position = _next_chunk(source, body + size)
    raise cut_off("it ends before its sound begins")


def _next_chunk(source: Source, end: int) -> int:
    """Chunks start at even places, but some writers leave the padding byte out."""
    if end % 2 and source.read(end, 4) not in (b"data", b"fmt "):
        return end + 1
    return end


def _read_format(raw: bytes, order: str) -> _Format:
    if len(raw) < 16:
        raise damaged("the description of its sound is too short")
    tag, channels, rate_hz, bytes_per_s, block_bytes, bits = struct.unpack(order + "HHIIHH", raw[:16])
    if tag == _EXTENSIBLE and len(raw) >= 26:
        # The first two bytes of the sub-format's GUID are the tag that it stands for.
        tag = struct.unpack(order + "H", raw[24:26])[0]
    return _Format(tag, channels, rate_hz, bytes_per_s, block_bytes, bits, raw)


def _part(form: _Format, start: int, end: int, order: str) -> Part:
    subtype = _subtype(form)
    if subtype is not None:
        endian: Literal["LITTLE", "BIG"] = "BIG" if order == ">" else "LITTLE"
        options: dict[str, Any] = {
            "format": "RAW",
            "subtype": subtype,
            "endian": endian,
            "samplerate": form.rate_hz,
            "channels": form.channels,
        }
        return Part(((start, end),), options)
    if form.tag in _BLOCK_CODED and order == "<":
        return Part((_header(form, end - start), (start, end)))
    raise not_read(f"a WAV file in a coding that is not read (format tag 0x{form.tag:04X}, {form.bits} bits)")


def _subtype(form: _Format) -> str | None:
    if form.tag in (_ALAW, _MULAW):
        return "ALAW" if form.tag == _ALAW else "ULAW"
    widths = {_PCM: _PCM_BY_WIDTH, _FLOAT: _FLOAT_BY_WIDTH}.get(form.tag)
    if widths is None or not form.channels:
        return None
    # 20 bits travel in 3 or 4 bytes, left-justified: the width of the container is what counts.
    width, rest = divmod(form.block_bytes, form.channels)
    if rest or width * 8 < form.bits:
        width = -(-form.bits // 8)
    return widths.get(width)


def _header(form: _Format, data_bytes: int) -> bytes:
    """The least header that libsndfile needs, in place of the file's own with all that may be in it."""
    # GSM and ADPCM readers round up to whole blocks; the `fact` chunk that would say less is often wrong.
    chunks = b"fmt " + struct.pack("<I", len(form.raw)) + form.raw + b"data" + struct.pack("<I", data_bytes)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks) + data_bytes) + b"WAVE" + chunks
