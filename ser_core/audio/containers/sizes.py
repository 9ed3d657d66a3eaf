"""Whether a file is shorter than it claims, for containers that FFmpeg reads as far as they go without saying so.

Layouts: Apple "Core Audio Format Specification 1.0"; Sonic Foundry's Wave64; Microsoft "AVI RIFF File Reference" and
"Advanced Systems Format Specification", section 3.2.
"""

from ser_core.audio.containers.view import Source

_ASF_FILE_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_MOST_CHUNKS = 1000
# Pipes leave such sizes behind.
_PLACEHOLDER_FROM = 0x7FFF_0000
# Missing padding at the end is no loss.
_FORGIVEN_BYTES = 64


def is_cut_off(source: Source, start: int, demuxer: str) -> bool:
    """Whether bytes are missing at the end of the file at `start`."""
    match demuxer:
        case "caf":
            promised = _end_of_caf_chunks(source, start + 8)
        case "w64":
            promised = start + int.from_bytes(source.read(start + 16, 8), "little")
        case "avi" | "qcp":
            size = int.from_bytes(source.read(start + 4, 4), "little")
            promised = start + 8 + size if size < _PLACEHOLDER_FROM else 0
        case "asf":
            promised = start + _asf_size(source.read(start, 1 << 16))
        case _:
            promised = 0
    return source.size + _FORGIVEN_BYTES < promised < 1 << 62


def _end_of_caf_chunks(source: Source, position: int) -> int:
    for _ in range(_MOST_CHUNKS):
        head = source.read(position, 12)
        if len(head) < 12:
            break
        size = int.from_bytes(head[4:], "big", signed=True)
        if size < 0:
            return 0  # up to the end
        position += 12 + size
    return position


def _asf_size(head: bytes) -> int:
    """The size from the file properties: after their name, their own size and the file's name."""
    at = head.find(_ASF_FILE_PROPERTIES)
    return int.from_bytes(head[at + 40 : at + 48], "little") if at >= 0 else 0
