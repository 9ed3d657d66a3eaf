"""What this process may use of the machine: memory, and cores for array operations."""

import ctypes
import os
from functools import cache
from pathlib import Path

_ROOT = Path("/")
# Without a limit, version 1 of control groups reports the largest multiple of a page that fits in 63 bits.
_UNLIMITED_BYTES = 1 << 60
# As Linux calls it: Intel's and AMD's, and Arm's.
_BFLOAT16 = {"amx_bf16", "avx512_bf16", "bf16"}


def keep_arrays_on_one_core() -> None:
    """Limit NumPy's linear algebra to one thread from now on.

    The matrices for a few seconds of sound are small: threads wait for each other longer than they compute, especially
    on a busy machine. The features of 2.5 s took 19 ms of processor time with two threads and 7 ms with one (medians of
    30 runs, beside other work on two cores). Only libraries that are already loaded are limited.
    """
    # Imported here because the decoding process also reads settings, but multiplies no arrays.
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")


# glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -2, -3, -8
# The arrays of a clip are smaller, a recording's samples or a page's pictures may be larger.
_OWN_MAPPING_FROM_BYTES = 4 << 20
_KEPT_FREE_BYTES = 8 << 20
# The C library takes no larger one.
_LARGEST_MAPPING_FROM_BYTES = 32 << 20


def keep_memory_in_few_pieces() -> None:
    """Let the C library return what is freed, from now on; nothing where that is not glibc.

    It makes a heap for each of up to eight threads a core, and keeps blocks of up to 32 MB inside them once one of that
    size has been freed: after a crowd, a little that stays in use then holds on to a lot. Two heaps are enough for
    threads that take turns; a block from 4 MB on is a mapping of its own, and a heap keeps up to 8 MB free at its end.
    With less, the arrays of each clip are given page by page again: 10,000 pages, a third of the time to its answer.
    Call it before any thread is started.
    """
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_ARENA_MAX, 2)
        libc.mallopt(_M_MMAP_THRESHOLD, _OWN_MAPPING_FROM_BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, _KEPT_FREE_BYTES)


def keep_freed_memory() -> None:
    """Let the C library keep what is freed for what is made next, from now on; nothing where that is not glibc.

    Otherwise it returns an array of a few hundred kB to the system as soon as it is freed, and the next one is given
    page by page again: 15% of the processor time of a long recording. For a program that does one thing and ends.
    """
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGEST_MAPPING_FROM_BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, 8 * _LARGEST_MAPPING_FROM_BYTES)
        libc.mallopt(_M_TOP_PAD, _LARGEST_MAPPING_FROM_BYTES)


def return_free_memory() -> None:
    """Return memory that is free to the machine, as far as the C library can; nothing where that is not glibc."""
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def cores() -> int:
    """Cores that this process may use at a time, at least 1."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def computes_in_bfloat16(root: Path = _ROOT) -> bool:
    """Whether the processor multiplies bfloat16 itself. Elsewhere it is converted back and forth, and a network trains
    several times slower than in float32.
    """
    flags = {flag for line in _lines(root / "proc/cpuinfo") for flag in line.partition(":")[2].split()}
    return bool(flags & _BFLOAT16)


@cache
def _glibc() -> ctypes.CDLL | None:
    try:
        libc = ctypes.CDLL(None)
        return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
    except (OSError, TypeError):
        return None


def memory_limit_bytes(root: Path = _ROOT) -> int | None:
    """Memory that this process and those beside it may use together; None if that is unknown.

    The minimum of the machine's memory and the limits of the control groups, which hold a container. `root` is the
    folder of `proc` and `sys`. Source: the kernel's admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst.
    """
    limits = [limit for group in _groups(root) if (limit := _limit_of(group)) is not None]
    physical = _meminfo(root).get("MemTotal")
    return min(limits if physical is None else [*limits, physical], default=None)


def memory_used_bytes(root: Path = _ROOT) -> int | None:
    """Memory in use within that limit; None if that is unknown.

    Leaves out the part of the file cache that the kernel frees as soon as memory is short.
    """
    meminfo = _meminfo(root)
    physical = meminfo.get("MemTotal", _UNLIMITED_BYTES)
    for group in _groups(root):
        if (_limit_of(group) or _UNLIMITED_BYTES) < physical:
            return _used_in(group)
    return physical - meminfo["MemAvailable"] if "MemAvailable" in meminfo else None


def _groups(root: Path) -> list[Path]:
    """The control groups that limit this process's memory, innermost first."""
    found = []
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        if controllers == "" or "memory" in controllers.split(","):
            mount = root / "sys/fs/cgroup" / ("memory" if controllers else "")
            inner = mount / path.lstrip("/")
            # In a container the path may be the host's, while the container's own group is mounted.
            chain = [inner, *inner.parents] if inner.is_dir() else [mount]
            found += [group for group in chain if group.is_relative_to(mount)]
    return found


def _limit_of(group: Path) -> int | None:
    for name in ("memory.max", "memory.limit_in_bytes"):
        limit = _number(group / name)
        if limit is not None and limit < _UNLIMITED_BYTES:
            return limit
    return None


def _used_in(group: Path) -> int | None:
    used = _number(group / "memory.current") or _number(group / "memory.usage_in_bytes")
    counts = dict(line.split() for line in _lines(group / "memory.stat"))
    # In version 1 the plain count leaves out the groups inside this one; "total" includes them.
    cache = counts.get("total_inactive_file") or counts.get("inactive_file") or 0
    return None if used is None else used - int(cache)


def _meminfo(root: Path) -> dict[str, int]:
    """The kernel's memory statistics, in bytes."""
    rows = (line.split() for line in _lines(root / "proc/meminfo"))
    return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows if row[2:] == ["kB"]}


def _number(path: Path) -> int | None:
    text = "".join(_lines(path))
    return int(text) if text.isdecimal() else None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("ascii").splitlines()
    except OSError:
        return []
