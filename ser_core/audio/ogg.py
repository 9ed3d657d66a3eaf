"""Ogg: walks the pages, checks each, and finds the Vorbis or Opus stream. Layout and checksum: RFC 3533."""

import struct
import zlib
from dataclasses import dataclass, field

from ser_core.audio.plan import Part, Plan
from ser_core.audio.refusals import cut_off, damaged, not_read
from ser_core.audio.view import Segment, Source

_CONTINUED_FLAG, _FIRST_FLAG, _LAST_FLAG = 1, 2, 4
_READ = (b"\x01vorbis", b"OpusHead")
_NOT_READ = {b"Speex   ": "Speex", b"\x7fFLAC": "FLAC", b"\x80theora": "video", b"\x80kate": "subtitles"}
_REVERSED_BITS = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


@dataclass
class _Stream:
    """One logical stream: its pages as ranges, and what its last page said."""

    kind: bytes
    serial: int
    segments: list[Segment] = field(default_factory=list)
    ended: bool = False
    unfinished: bool = False

    def add(self, start: int, end: int) -> None:
        if self.segments and isinstance(last := self.segments[-1], tuple) and last[1] == start:
            self.segments[-1] = (last[0], end)
        else:
            self.segments.append((start, end))


@dataclass(frozen=True)
class _Page:
    flags: int
    serial: int
    body: bytes
    unfinished: bool
    end: int


def plan(source: Source, start: int) -> Plan:
    """Plan for the Ogg file at `start`; recordings put one after the other become as many parts.

    Raises AudioError when a page is cut or damaged, the last packet is not complete, or there is no Vorbis
    and no Opus in it. A missing end-of-stream mark alone is no fault here: Android's own Ogg writer never
    sets it (see github.com/chenxiaolong/BCR, pull request 922), nor do those who record a live stream.
    """
    parts = []
    for link in _links(source, start):
        stream = next((s for s in link if s.kind in _READ), None)
        if stream is None:
            names = sorted({_NOT_READ.get(s.kind, "something unknown") for s in link})
            raise not_read(f"an Ogg file with {' and '.join(names)} in it")
        if stream.unfinished and not stream.ended:
            raise cut_off("its last packet of sound is not complete")
        parts.append(Part(tuple(stream.segments)))
    return Plan("OGG", tuple(parts))


def _links(source: Source, position: int) -> list[list[_Stream]]:
    """The streams, grouped: those of a group start together, and a group starts where the one before ends."""
    links: list[list[_Stream]] = []
    open_streams: dict[int, _Stream] = {}
    starting = False
    while position < source.size:
        if source.read(position, 4) != b"OggS":
            again = _resume(source, position)
            if again is None:
                if not all(stream.ended for stream in open_streams.values()):
                    raise cut_off("it ends in the middle of a page")
                break
            if not all(stream.ended for stream in open_streams.values()):
                raise damaged(f"there are {again - position} bytes that belong to no page")
            position = again
        page = _read_page(source, position)
        if page.flags & _FIRST_FLAG:
            if not starting:
                links.append([])
                open_streams = {}
            stream = _Stream(_kind(page.body), page.serial)
            links[-1].append(stream)
            open_streams[page.serial] = stream
        starting = bool(page.flags & _FIRST_FLAG)
        if stream_of_page := open_streams.get(page.serial):
            stream_of_page.add(position, page.end)
            stream_of_page.ended = bool(page.flags & _LAST_FLAG)
            stream_of_page.unfinished = page.unfinished
        position = page.end
    if not links:
        raise damaged("its first page is missing")
    return links


def _read_page(source: Source, position: int) -> _Page:
    head = source.read(position, 27)
    table = source.read(position + 27, head[26]) if len(head) == 27 else b""
    end = position + 27 + len(table) + sum(table)
    if len(head) < 27 or len(table) < head[26] or end > source.size:
        raise cut_off("it ends in the middle of a page")
    flags, serial, checksum = struct.unpack("<5xB8xI4xI", head[:26])
    body = source.read(position + 27 + len(table), sum(table))
    if _checksum(head[:22] + bytes(4) + head[26:] + table + body) != checksum:
        raise damaged(f"the page at byte {position} does not have the checksum it was written with")
    return _Page(flags, serial, body, bool(table) and table[-1] == 255, end)


def _checksum(page: bytes) -> int:
    """Ogg's CRC-32 takes the bits of a byte from the top, zlib's from the bottom; the polynomial is the same.

    zlib inverts the register before and after, which is undone here since Ogg does not.
    """
    mirrored = zlib.crc32(page.translate(_REVERSED_BITS), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def _kind(body: bytes) -> bytes:
    return next((mark for mark in (*_READ, *_NOT_READ) if body.startswith(mark)), b"")


def _resume(source: Source, position: int) -> int | None:
    """Where the next page starts, after bytes that belong to none."""
    step = 1 << 16
    while position < source.size:
        found = source.read(position, step + 3).find(b"OggS")
        if found >= 0:
            return position + found
        position += step
    return None
