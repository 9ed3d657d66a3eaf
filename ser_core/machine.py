"""What this process takes of the machine: how much memory it may take and how much is taken, and how many cores."""

from pathlib import Path

_ROOT = Path("/")
# Without a limit, version 1 of the control groups gives the largest multiple of a page that fits 63 bits.
_UNLIMITED_BYTES = 1 << 60


def keep_arrays_on_one_core() -> None:
    """Let NumPy's linear algebra work with one thread from now on.

    The products of a few seconds of sound are small: threads wait for each other longer than they compute, and the
    more so the busier the machine is. The features of 2.5 s took 19 ms of processor time with two threads and 7 ms with
    one (medians of 30, beside other work on two cores). What is loaded by then is what is set.
    """
    # Imported here: the decoding process reads settings as well, and has no arrays to multiply.
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")


def memory_limit_bytes(root: Path = _ROOT) -> int | None:
    """What this process and those beside it may take together; None where that cannot be found out.

    The least of the machine's memory and the limits of its control groups, by which a container is held. `root` is
    where `proc` and `sys` lie. Source: the kernel's admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst.
    """
    limits = [limit for group in _groups(root) if (limit := _limit_of(group)) is not None]
    physical = _meminfo(root).get("MemTotal")
    return min(limits if physical is None else [*limits, physical], default=None)


def memory_used_bytes(root: Path = _ROOT) -> int | None:
    """What is taken of the limit; None where that cannot be found out.

    Without the part of the file cache that the kernel gives up as soon as memory is short.
    """
    meminfo = _meminfo(root)
    physical = meminfo.get("MemTotal", _UNLIMITED_BYTES)
    for group in _groups(root):
        if (_limit_of(group) or _UNLIMITED_BYTES) < physical:
            return _used_in(group)
    return physical - meminfo["MemAvailable"] if "MemAvailable" in meminfo else None


def _groups(root: Path) -> list[Path]:
    """The control groups that hold this process's memory, the innermost first."""
    found = []
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        if controllers == "" or "memory" in controllers.split(","):
            mount = root / "sys/fs/cgroup" / ("memory" if controllers else "")
            inner = mount / path.lstrip("/")
            # In a container the path may be the host's, while what is mounted is the container's own group.
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
    # In version 1 the plain count leaves out the groups inside this one, and "total" takes them in.
    cache = counts.get("total_inactive_file") or counts.get("inactive_file") or 0
    return None if used is None else used - int(cache)


def _meminfo(root: Path) -> dict[str, int]:
    """The kernel's overview, in bytes."""
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
