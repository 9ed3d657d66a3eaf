"""Recorded sounds from Debian 12 packages as an independent test; none of them is committed or used for fitting.

apt-get download frozen-bubble-data gcompris-qt-data sound-theme-freedesktop supertux-data
for package in *.deb; do dpkg-deb -x "$package" "SOUNDS_DIR/${package%%_*}"; done
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from ser_core import audio
from ser_core.errors import AudioError
from ser_core.records import Clip

_ENDINGS = (".ogg", ".oga", ".wav")
# Names of files in which people speak; `/speech/` is a folder of supertux-data.
_SPOKEN = ("audio-channel-", "/speech/", "excellent", "welldone", "youcannot")


def sounds(folder: Path) -> Iterator[tuple[str, Clip]]:
    """Name and sound of each file of a package that lasts at least half a second, mono at 16 kHz. Files that `audio`
    cannot read and files with speech are left out.
    """
    for name, source in _files(folder):
        if any(spoken in name for spoken in _SPOKEN):
            continue
        try:
            yield name, audio.read_clip(source)
        except AudioError:
            continue


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _ENDINGS and path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()
        elif path.suffix == ".rcc":
            yield from ((n, content) for n, content in qt_resources(path.read_bytes()) if n.endswith(_ENDINGS))


def qt_resources(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file in a binary resource of Qt (its format: qresource.cpp, `qt_resource_data`)."""
    magic, version, tree, data, names = struct.unpack(">4siiii", content[:20])
    if magic != b"qres":
        raise ValueError("This is no binary resource of Qt.")
    size = 22 if version >= 2 else 14

    def walk(number: int, path: str) -> Iterator[tuple[str, bytes]]:
        at = tree + number * size
        name_at, flags = struct.unpack(">iH", content[at : at + 6])
        if number:
            (length,) = struct.unpack(">H", content[names + name_at : names + name_at + 2])
            name = content[names + name_at + 6 :][: 2 * length].decode("utf-16-be")
            path = f"{path}/{name}" if path else name
        if flags & 2:  # a folder: how many children, and the number of the first
            count, first = struct.unpack(">ii", content[at + 6 : at + 14])
            for child in range(first, first + count):
                yield from walk(child, path)
        else:
            (offset,) = struct.unpack(">i", content[at + 10 : at + 14])
            (length,) = struct.unpack(">i", content[data + offset : data + offset + 4])
            held = content[data + offset + 4 : data + offset + 4 + length]
            yield path, zlib.decompress(held[4:]) if flags & 1 else held

    return walk(0, "")
