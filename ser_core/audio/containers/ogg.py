"""Ogg: walks the pages, checks each, and finds the streams of sound. Layout and checksum: RFC 3533."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from ser_core.audio.containers.plan import Oddities, Part, Plan
from ser_core.audio.containers.refusals import no_sound, not_read
from ser_core.audio.containers.view import Segment, Source
from ser_core.language import later

_FIRST_FLAG, _LAST_FLAG = 2, 4
_READ = (b"\x01vorbis", b"OpusHead")
_READ_BY_FFMPEG = (b"Speex   ", b"\x7fFLAC")
_NOT_READ = {b"\x80theora": "video", b"\x80kate": "subtitles"}
_REVERSED_BITS = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


@dataclass
class _Stream:
    """One logical stream: all pages but the last as segments, and the last page by itself."""

    kind: bytes
    last: "_Page"
    segments_before: list[Segment] = field(default_factory=list)

    def add(self, page: "_Page") -> None:
        before, start, end = self.segments_before, self.last.start, self.last.end
        if self.last.rewritten:
            before.append(self.last.content)
        elif before and not isinstance(before[-1], bytes) and before[-1][1] == start:
            before[-1] = (before[-1][0], end)
        else:
            before.append((start, end))
        self.last = page

    @property
    def ended(self) -> bool:
        return bool(self.last.flags & _LAST_FLAG)

    def segments(self) -> tuple[Segment, ...]:
        """The segments to read: all pages, the last with the end-of-stream mark, which libsndfile requires for Opus."""
        content = self.last.content
        marked = _with_checksum(content[:5] + bytes([content[5] | _LAST_FLAG]) + content[6:])
        return (*self.segments_before, marked)


@dataclass(frozen=True)
class _Page:
    start: int
    content: bytes
    rewritten: bool = False

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
    def intact(self) -> bool:
        """Whether its checksum is correct."""
        return _with_checksum(self.content) == self.content

    def repaired(self) -> "_Page":
        """The same page with the correct checksum."""
        return _Page(self.start, _with_checksum(self.content), rewritten=True)

    @property
    def unfinished(self) -> bool:
        """Whether its last packet continues on the next page."""
        return self.body_start > 27 and self.content[self.body_start - 1] == 255


def plan(source: Source, start: int) -> Plan:
    """Plan for the Ogg file at `start`; concatenated recordings become several parts.

    If the file ends inside a page, the complete packets of that page are used. A page with wrong bytes is used as it
    is. A missing end-of-stream mark alone is not strange: Android's own writer (AOSP's OggWriter.cpp) never sets it,
    and neither do recorders of live streams. Raises AudioError when it contains no sound.
    """
    pages = _Pages(source, start)
    links = _links(pages)
    parts, others = [], set()
    unfinished = False
    for link in links:
        stream = next((s for s in link if s.kind in _READ), None)
        if stream is not None:
            parts.append(Part(stream.segments(), demuxer="ogg"))
            unfinished = stream.last.unfinished and not stream.ended
            continue
        other = next((s for s in link if s.kind in _READ_BY_FFMPEG), None)
        if other is not None:
            parts.append(Part(other.segments(), demuxer="ogg", soundfile=False))
        others |= {_NOT_READ.get(s.kind, "something unknown") for s in link}
    if not parts and others:
        raise not_read(later("an Ogg file with {kinds} in it", kinds=", ".join(sorted(others))))
    if not parts:
        raise no_sound(later("its first page is missing or damaged"))
    return Plan("OGG", tuple(parts), Oddities(pages.cut or unfinished, 0.0, pages.strange_bytes, pages.damaged))


def _links(pages: "_Pages") -> list[list[_Stream]]:
    """The streams in groups: those of a group start together, and a group starts where the previous one ends."""
    links: list[list[_Stream]] = []
    open_streams: dict[bytes, _Stream] = {}
    starting = False
    for page in pages:
        first = bool(page.flags & _FIRST_FLAG)
        if first:
            if not starting:
                links.append([])
                open_streams = {}
            marks = (*_READ, *_READ_BY_FFMPEG, *_NOT_READ)
            kind = next((mark for mark in marks if page.content.startswith(mark, page.body_start)), b"")
            open_streams[page.serial] = _Stream(kind, page)
            links[-1].append(open_streams[page.serial])
        elif stream := open_streams.get(page.serial):
            stream.add(page)
        starting = first
    return links


class _Pages:
    """The complete pages of a file, and what is between them.

    Attributes:
        strange_bytes: number of bytes that belong to no page, except after the last one.
        damaged: number of pages with a wrong checksum.
        cut: whether the file ends inside a page.
    """

    def __init__(self, source: Source, start: int) -> None:
        self._source, self._start = source, start
        self.strange_bytes = self.damaged = 0
        self.cut = False

    def __iter__(self) -> Iterator[_Page]:
        position = self._start
        while position < self._source.size:
            if self._source.read(position, 4) != b"OggS":
                again = _resume(self._source, position)
                if again is None:
                    return
                self.strange_bytes += again - position
                position = again
            page = _read_page(self._source, position)
            if page is None or not page.intact:
                # Either the file ends inside this page, or some of its bytes are wrong, perhaps those of its length.
                again = _resume(self._source, position + 4)
                if page is None and again is None:
                    self.cut = True
                    page = _beginning_of_page(self._source, position)
                    if page is not None:
                        yield page
                    return
                self.damaged += 1
                if page is not None and again == (page.end if page.end < self._source.size else None):
                    # One of its packets may sound like noise; the others are worth hearing.
                    yield page.repaired()
                    position = page.end
                elif again is None:
                    return
                else:
                    position = again
                continue
            yield page
            position = page.end


def _read_page(source: Source, position: int) -> _Page | None:
    """The page at `position`; None if the file ends inside it."""
    head = source.read(position, 27)
    table = source.read(position + 27, head[26]) if len(head) == 27 else b""
    size = 27 + len(table) + sum(table)
    content = source.read(position, size)
    if len(head) < 27 or len(table) < head[26] or len(content) < size:
        return None
    return _Page(position, content)


def _beginning_of_page(source: Source, position: int) -> _Page | None:
    """The complete packets of a page inside which the file ends, as a page; None if there are none."""
    content = source.read(position, source.size - position)
    if len(content) < 27 or len(content) < 27 + content[26]:
        return None
    table, body = content[27 : 27 + content[26]], content[27 + content[26] :]
    whole = size = 0
    for number, length in enumerate(table):
        if size + length > len(body):
            break
        size += length
        if length < 255:
            # A packet ends at the first segment that is not full.
            whole, end = number + 1, size
    if not whole:
        return None
    shorter = content[:26] + bytes([whole]) + table[:whole] + body[:end]
    return _Page(position, shorter).repaired()


def _checksum(page: bytes) -> int:
    """Ogg's CRC-32. It processes each byte from the highest bit, zlib from the lowest; the polynomial is the same.

    zlib inverts the register before and after. Ogg does not, so this is undone here.
    """
    mirrored = zlib.crc32(page.translate(_REVERSED_BITS), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def _with_checksum(page: bytes) -> bytes:
    return page[:22] + _checksum(page[:22] + bytes(4) + page[26:]).to_bytes(4, "little") + page[26:]


def _resume(source: Source, position: int) -> int | None:
    """Where the next page starts, after bytes that belong to no page."""
    step = 1 << 16
    while position < source.size:
        found = source.read(position, step + 3).find(b"OggS")
        if found >= 0:
            return position + found
        position += step
    return None
