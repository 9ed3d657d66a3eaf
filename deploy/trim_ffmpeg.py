"""Leaves of FFmpeg's wheel (PyAV) what decoding sound takes: 46 MB of 104; and strips llvmlite, which librosa needs.

    .venv/bin/python deploy/trim_ffmpeg.py

Two things go: the debugging symbols of PyAV's modules, which are three quarters of them, and of llvmlite's library;
and the code of five libraries of video (x265, SVT-AV1, x264, libvpx, dav1d), half of the rest. The decoding process
opens no decoder for pictures; functions of theirs that FFmpeg calls all the same, to ask what they can do, return 0.

Does nothing where there is nothing to trim, as on macOS or when it has run before. Says what it saved.
"""

import struct
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VIDEO = ("libx265-", "libSvtAv1Enc-", "libx264-", "libvpx-", "libdav1d-")

# The ELF format: System V ABI, "Object Files" and "Dynamic Linking".
_ELF64_LITTLE = b"\x7fELF\x02\x01"
_LOAD, _DYNAMIC = 1, 2
_EXECUTABLE, _WRITABLE = 1, 2
_DYNAMIC_SYMBOLS, _FUNCTION = 11, 2
# By machine: x86-64 (xor eax, eax; ret) and AArch64 (mov w0, 0; ret).
_RETURN_0 = {62: bytes.fromhex("31c0c3"), 183: bytes.fromhex("00008052c0035fd6")}
# What the dynamic linker looks up in a library: hash tables, strings, symbols, relocations, versions.
_LOOKED_UP = {4, 5, 6, 7, 17, 23, 0x6FFFFEF5, 0x6FFFFFF0, 0x6FFFFFFC, 0x6FFFFFFE}
# What it calls in one when it is loaded and when it ends. In their place stands a remark (DT_DEBUG).
_CALLED = {12, 13, 25, 26, 27, 28, 32, 33}
_REMARK = 21


def trim(site_packages: Path) -> int:
    """Trim the wheel in this folder; returns how many bytes that saved."""
    saved = 0
    for module in sorted([*(site_packages / "av").rglob("*.so"), *(site_packages / "llvmlite").rglob("*.so")]):
        saved += _replace(module, without_symbols(module.read_bytes()))
    for library in sorted((site_packages / "av.libs").glob("*.so.*")):
        if library.name.startswith(VIDEO):
            saved += _replace(library, without_symbols(library.read_bytes(), keep_code=False))
    return saved


@dataclass
class _Segment:
    """A program header: where it stands, and its first eight words."""

    at: int
    kind: int
    flags: int
    offset: int
    address: int
    stored: int
    align: int

    def holds(self, address: int) -> bool:
        return self.address <= address < self.address + self.stored


def without_symbols(content: bytes, *, keep_code: bool = True) -> bytes:
    """A program library with its segments alone: what lies between and behind them is for debuggers and linkers.

    Segments stay where they are in memory and move together in the file. Without `keep_code` those are empty in which
    nothing is looked up or written, and functions return 0.
    """
    if content[:6] != _ELF64_LITTLE or not content[58:64].strip(b"\0"):
        return content  # another system's, or trimmed before
    whole = bytearray(content)
    (headers_at,) = struct.unpack_from("<Q", whole, 32)
    size, count = struct.unpack_from("<HH", whole, 54)
    segments = []
    for at in range(headers_at, headers_at + size * count, size):
        kind, flags, offset, address, _, stored, _, align = struct.unpack_from("<IIQQQQQQ", whole, at)
        segments.append(_Segment(at, kind, flags, offset, address, stored, align))
    if not keep_code:
        _empty(whole, segments)
    made = bytearray()
    moved: list[tuple[int, int, int]] = []  # from, to, size
    for segment in sorted(segments, key=lambda segment: segment.offset):
        if segment.kind == _LOAD and segment.stored:
            made += bytes((segment.address - len(made)) % max(segment.align, 1))
            moved.append((segment.offset, len(made), segment.stored))
            made += whole[segment.offset : segment.offset + segment.stored]

    def after(offset: int, otherwise: int) -> int:
        return next((to + offset - start for start, to, size in moved if start <= offset < start + size), otherwise)

    for segment in segments:
        # What lies in no segment that is stored needs but an offset that fits its address.
        new = after(segment.offset, segment.address % max(segment.align, 1))
        struct.pack_into("<QQQQ", made, after(segment.at, 0) + 8, new, segment.address, segment.address, segment.stored)
    struct.pack_into("<QQ", made, 32, after(headers_at, 0), 0)  # the headers, and no table of sections
    struct.pack_into("<HHH", made, 58, 0, 0, 0)
    return bytes(made)


def _empty(whole: bytearray, segments: list[_Segment]) -> None:
    """Empty all that is neither looked up nor written; every function of its now does nothing and returns 0."""
    dynamic = next(segment for segment in segments if segment.kind == _DYNAMIC)
    looked_up = []
    for at in range(dynamic.offset, dynamic.offset + dynamic.stored, 16):
        tag, value = struct.unpack_from("<QQ", whole, at)
        if tag in _LOOKED_UP:
            looked_up.append(value)
        elif tag in _CALLED:
            struct.pack_into("<QQ", whole, at, _REMARK, 0)
    (headers_at,) = struct.unpack_from("<Q", whole, 32)
    (machine,) = struct.unpack_from("<H", whole, 18)
    functions = dict(_functions(whole))
    for segment in segments:
        needed = any(segment.holds(address) for address in looked_up)
        headers = segment.offset <= headers_at < segment.offset + segment.stored or segment.offset == 0
        if segment.kind != _LOAD or segment.flags & _WRITABLE or needed or headers:
            continue
        if segment.flags & _EXECUTABLE:
            nothing = _RETURN_0[machine]
            whole[segment.offset : segment.offset + len(nothing)] = nothing
            for at, address in functions.items():
                if segment.holds(address):
                    struct.pack_into("<Q", whole, at + 8, segment.address)
            segment.stored = len(nothing)
        else:
            segment.stored = 0


def _functions(whole: bytearray) -> Iterator[tuple[int, int]]:
    """Where the symbols of functions stand in the table that the dynamic linker uses, and their addresses."""
    (sections_at,) = struct.unpack_from("<Q", whole, 40)
    size, count = struct.unpack_from("<HH", whole, 58)
    for section in range(sections_at, sections_at + size * count, size):
        (kind,) = struct.unpack_from("<I", whole, section + 4)
        if kind == _DYNAMIC_SYMBOLS:
            offset, stored = struct.unpack_from("<QQ", whole, section + 24)
            for at in range(offset, offset + stored, 24):
                info, _, defined, address = struct.unpack_from("<BBHQ", whole, at + 4)
                if info & 15 == _FUNCTION and defined:
                    yield at, address


def _replace(path: Path, content: bytes) -> int:
    before = path.stat().st_size
    if len(content) >= before:
        return 0
    # Never into the file itself: pip may have linked it to its cache.
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(content)
    beside.chmod(path.stat().st_mode)
    beside.replace(path)
    return before - len(content)


if __name__ == "__main__":
    print(f"Trimmed FFmpeg by {trim(Path(sysconfig.get_path('platlib'))) / 1e6:.0f} MB", file=sys.stderr)
