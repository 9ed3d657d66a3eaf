"""Tags around the sound: ID3v2 before it; ID3v1 and APEv2 after it.

Layouts: id3.org "ID3 tag version 2.4.0 - Main Structure" and "ID3v1"; wiki.hydrogenaud.io "APEv2 specification".
"""

from ser_core.audio.containers.view import Source

# Programs that add a second tag instead of replacing the first leave a handful.
_MOST_TAGS = 1000


def id3_bytes(source: Source, position: int) -> int:
    """Length of the ID3v2 tag at `position` according to its header; 0 if there is none."""
    head = source.read(position, 10)
    if head[:3] != b"ID3" or len(head) < 10 or max(head[6:10]) >= 0x80:
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    footer = 10 if head[3] >= 4 and head[5] & 0x10 else 0
    return 10 + size + footer


def skip_leading(source: Source) -> int:
    """Where the content starts after any ID3v2 tags: beyond the end if a tag claims to be larger than the file."""
    start = 0
    for _ in range(_MOST_TAGS):
        size = id3_bytes(source, start)
        if not size:
            break
        start += size
    return start


def skip_trailing(source: Source, start: int) -> int:
    """Where the content from `start` ends before any ID3v1 and APEv2 tags."""
    end = source.size
    if end - start >= 128 and source.read(end - 128, 3) == b"TAG":
        end -= 128
    if end - start >= 32 and (footer := source.read(end - 32, 32))[:8] == b"APETAGEX":
        # The size counts items and footer; a header, if flagged, is extra.
        size = int.from_bytes(footer[12:16], "little") + (32 if footer[23] & 0x80 else 0)
        if 32 <= size <= end - start:
            end -= size
    return end
