"""FLAC: skips the comments, pictures and seek tables. Layout: RFC 9639, section 8.

FFmpeg could do this too, but libsndfile reads FLAC first and should never see the rest of the header.
"""

from ser_core.audio.containers.plan import Part, Plan
from ser_core.audio.containers.refusals import damaged, no_sound
from ser_core.audio.containers.tags import skip_trailing
from ser_core.audio.containers.view import Source
from ser_core.language import later

_STREAMINFO_BYTES = 34
# Seven kinds are defined, and a file with a hundred blocks is rare.
_MOST_BLOCKS = 10_000


def plan(source: Source, start: int) -> Plan:
    """Plan for the FLAC stream at `start`. Raises AudioError when it ends before its sound begins."""
    head = source.read(start + 4, 4 + _STREAMINFO_BYTES)
    if len(head) < 4 + _STREAMINFO_BYTES:
        raise no_sound(later("it ends inside its header"))
    if head[0] & 0x7F or int.from_bytes(head[1:4]) != _STREAMINFO_BYTES:
        raise damaged(later("it does not start with its stream information"))
    position, last = start + 4 + len(head), head[0] & 0x80
    blocks = 0
    while not last:
        blocks += 1
        if blocks > _MOST_BLOCKS:
            raise damaged(later("its header has more than {most} blocks", most=_MOST_BLOCKS))
        block = source.read(position, 4)
        if len(block) < 4:
            raise no_sound(later("it ends inside its header"))
        last = block[0] & 0x80
        position += 4 + int.from_bytes(block[1:4])
    end = skip_trailing(source, start)
    if position >= end:
        raise no_sound(later("it ends before its sound begins"))
    # The stream information becomes the only block of the header.
    only = b"fLaC" + bytes([0x80]) + head[1:]
    return Plan("FLAC", (Part((only, (position, end)), demuxer="flac"),))
