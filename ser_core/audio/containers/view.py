"""The bytes that the decoders see: fetched page by page, and only the parts that a decoder may read.

Runs in the decoding process, which can access the recording only by asking its parent.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

PAGE_BYTES = 256 * 1024
# libsndfile jumps between the two ends of a file when it opens it, and then reads on: a few pages are enough.
_PAGES_KEPT = 4

Fetch = Callable[[int, int], bytes]


class Source:
    """Random access to `size` bytes from `fetch(offset, count)`, holding at most a megabyte of them."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        self.size = size
        self._fetch = fetch
        self._pages: dict[int, bytes] = {}

    def keep(self, index: int, page: bytes) -> None:
        """Store a page that arrived without being requested."""
        self._pages[index] = page
        if len(self._pages) > _PAGES_KEPT:
            del self._pages[next(iter(self._pages))]

    def read(self, offset: int, count: int) -> bytes:
        """Bytes `offset` to `offset + count`; fewer at the end of the recording."""
        index, start = divmod(offset, PAGE_BYTES)
        data = self._page(index)[start : start + count]
        while len(data) < count and (index + 1) * PAGE_BYTES < self.size:
            index += 1
            data += self._page(index)[: count - len(data)]
        return data

    def _page(self, index: int) -> bytes:
        page = self._pages.get(index)
        if page is None:
            offset = index * PAGE_BYTES
            if not 0 <= offset < self.size:
                return b""
            page = self._fetch(offset, min(PAGE_BYTES, self.size - offset))
            self.keep(index, page)
        return page


Segment = bytes | tuple[int, int]


class View:
    """A read-only file made of segments: bytes of its own, or (start, end) ranges of a source."""

    def __init__(self, source: Source, segments: Sequence[Segment]) -> None:
        self._source = source
        self._segments = [s for s in segments if (len(s) if isinstance(s, bytes) else s[1] > s[0])]
        lengths = (len(s) if isinstance(s, bytes) else s[1] - s[0] for s in self._segments)
        self._starts = [0, *accumulate(lengths)]
        self.size = self._starts[-1]
        self.furthest = 0
        self._position = 0

    def read(self, count: int) -> bytes:
        """The next `count` bytes; fewer at the end."""
        data = self._read_segment(count)
        while 0 < len(data) < count and (more := self._read_segment(count - len(data))):
            data += more
        return data

    def _read_segment(self, count: int) -> bytes:
        if self._position >= self.size:
            return b""
        which = bisect_right(self._starts, self._position) - 1
        segment, within = self._segments[which], self._position - self._starts[which]
        if isinstance(segment, bytes):
            data = segment[within : within + count]
        else:
            start, end = segment
            data = self._source.read(start + within, min(count, end - start - within))
        self._position += len(data)
        self.furthest = max(self.furthest, self._position)
        return data

    def readinto(self, buffer: bytearray) -> int:
        """Fill `buffer`; returns the number of bytes read."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move like `io.IOBase.seek`; returns the new position."""
        self._position = max(0, offset + (0, self._position, self.size)[whence])
        return self._position

    def tell(self) -> int:
        """The position from the start, in bytes."""
        return self._position
