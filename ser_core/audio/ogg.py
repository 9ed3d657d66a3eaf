"""Ogg: walks the pages, checks each, and finds the Vorbis or Opus stream. Layout and checksum: RFC 3533."""

import zlib
from dataclasses import dataclass, field

from ser_core.audio.plan import Part, Plan
from ser_core.audio.refusals import cut_off, damaged, not_read
from ser_core.audio.view import Segment, Source

_FIRST_FLAG, _LAST_FLAG = 2, 4
_READ = (b"\x01vorbis", b"OpusHead")
_NOT_READ = {b"Speex   ": "Speex", b"\x7fFLAC": "FLAC", b"\x80theora": "video", b"\x80kate": "subtitles"}
_REVERSED_BITS = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


@dataclass
class _Stream:
    """One logical stream: its pages but the last as ranges, and the last by itself."""

    kind: bytes
    last: "_Page"
    ranges: list[tuple[int, int]] = field(default_factory=list)

    def add(self, page: "_Page") -> None:
        start, end = self.last.start, self.last.end
        if self.ranges and self.ranges[-1][1] == start:
            self.ranges[-1] = (self.ranges[-1][0], end)
        else:
            self.ranges.append((start, end))
        self.last = page

    @property
    def ended(self) -> bool:
        return bool(self.last.flags & _LAST_FLAG)

    def segments(self) -> tuple[Segment, ...]:
        """What is read: all pages, the last with the end-of-stream mark, which libsndfile's Opus insists on."""
        content = bytearray(self.last.content)
        content[5] |= _LAST_FLAG
        content[22:26] = bytes(4)
        content[22:26] = _checksum(bytes(content)).to_bytes(4, "little")
        return (*self.ranges, bytes(content))


@dataclass(frozen=True)
class _Page:
    start: int
    content: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.content)

    @property
    def flags(self) -> int:
        return self.content[5]

    @property
    def serial(self) -> bytes:
        return self.content[14:18]

    @property
    def body_start(self) -> int:
        return 27 + self.content[26]

    @property
    def unfinished(self) -> bool:
        """Whether its last packet goes on in the next page."""
        return self.body_start > 27 and self.content[self.body_start - 1] == 255


def plan(source: Source, start: int) -> Plan:
    """Plan for the Ogg file at `start`; recordings put one after the other become as many parts.

    Raises AudioError when a page is cut or damaged, the last packet is not complete, or there is no Vorbis
    and no Opus in it. A missing end-of-stream mark alone is no fault here: Android's own writer (AOSP's
    OggWriter.cpp) never sets it, nor do those who record a live stream.
    """
    parts = []
    for link in _links(source, start):
        stream = next((s for s in link if s.kind in _READ), None)
        if stream is None:
            names = sorted({_NOT_READ.get(s.kind, "something unknown") for s in link})
            raise not_read(f"an Ogg file with {' and '.join(names)} in it")
        if stream.last.unfinished and not stream.ended:
            raise cut_off("its last packet of sound is not complete")
        parts.append(Part(stream.segments()))
    return Plan("OGG", tuple(parts))


def _links(source: Source, position: int) -> list[list[_Stream]]:
    """The streams, grouped: those of a group start together, and a group starts where the one before ends."""
    links: list[list[_Stream]] = []
    open_streams: dict[bytes, _Stream] = {}
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
        first = bool(page.flags & _FIRST_FLAG)
        if first:
            if not starting:
                links.append([])
                open_streams = {}
            kind = next((mark for mark in (*_READ, *_NOT_READ) if page.content.startswith(mark, page.body_start)), b"")
            open_streams[page.serial] = _Stream(kind, page)
            links[-1].append(open_streams[page.serial])
        elif stream := open_streams.get(page.serial):
            stream.add(page)
        starting = first
        position = page.end
    if not links:
        raise damaged("its first page is missing")
    return links


def _read_page(source: Source, position: int) -> _Page:
    head = source.read(position, 27)
    table = source.read(position + 27, head[26]) if len(head) == 27 else b""
    size = 27 + len(table) + sum(table)
    content = source.read(position, size)
    if len(head) < 27 or len(table) < head[26] or len(content) < size:
        raise cut_off("it ends in the middle of a page")
    if _checksum(content[:22] + bytes(4) + content[26:]) != int.from_bytes(content[22:26], "little"):
        raise damaged(f"the page at byte {position} does not have the checksum it was written with")
    return _Page(position, content)


def _checksum(page: bytes) -> int:
    """Ogg's CRC-32 takes the bits of a byte from the top, zlib's from the bottom; the polynomial is the same.

    zlib inverts the register before and after, which is undone here since Ogg does not.
    """
    mirrored = zlib.crc32(page.translate(_REVERSED_BITS), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def _resume(source: Source, position: int) -> int | None:
    """Where the next page starts, after bytes that belong to none."""
    step = 1 << 16
    while position < source.size:
        found = source.read(position, step + 3).find(b"OggS")
        if found >= 0:
            return position + found
        position += step
    return None
