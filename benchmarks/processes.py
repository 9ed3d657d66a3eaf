"""Processes seen from outside: kept on one core, with their time and memory, children included. On Linux."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
_LOOK_S = 0.02


@dataclass(frozen=True)
class Ran:
    """What a whole process took, from its start to its end.

    Attributes:
        wall_s: seconds on the clock.
        cpu_s: seconds of processor, of all its processes.
        peak_mb: the most resident memory (RSS) of all its processes together, looked at 50 times a second.
        output: what it printed.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    output: str


def last_core() -> int:
    """The core on which is measured: the last one that this process may use, because the first serves interrupts."""
    return max(os.sched_getaffinity(0))


def start(command: Sequence[str], *, core: int | None = None, **options: Any) -> "subprocess.Popen[bytes]":
    """A process in the project's folder that stays on one core, its children too; on any where `core` is None."""
    keep = None if core is None else partial(os.sched_setaffinity, 0, {core})
    return subprocess.Popen(command, **({"cwd": PROJECT} | options), preexec_fn=keep)


def run(
    command: Sequence[str], *, core: int | None = None, env: Mapping[str, str] = {}, patience_s: float = 300.0
) -> Ran:
    """Runs a command to its end. Raises RuntimeError when it fails or takes longer than `patience_s`."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = start(
        command,
        core=core,
        env=os.environ | env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    peak_mb, over = 0.0, threading.Event()

    def look() -> None:
        nonlocal peak_mb
        while not over.wait(_LOOK_S):
            peak_mb = max(peak_mb, resident_mb(process.pid))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        output, errors = process.communicate(timeout=patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise RuntimeError(f"{command[:4]} took longer than {patience_s:.0f} s.") from None
    finally:
        over.set()
        watcher.join()
    wall_s, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise RuntimeError(f"{command[:4]} failed: {errors.decode(errors='replace')[-600:]}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ran(wall_s, cpu_s, peak_mb, output.decode(errors="replace"))


def tree(pid: int) -> Iterator[int]:
    """The process and its descendants."""
    yield pid
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:  # it has ended since
        return
    for thread in threads:
        try:
            children = (thread / "children").read_text().split()
        except OSError:
            continue
        for child in children:
            yield from tree(int(child))


def processor_time_s(pid: int) -> float:
    """Processor time so far of the process and its descendants, in seconds."""
    ticks = 0
    for process in tree(pid):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Memory of the process and its descendants in MB, as if they were alone on the machine.

    What they share with each other counts once: pages of their own by PSS, pages of a file by the process that holds
    most of it. PSS alone would make every server of one installation smaller as soon as another one runs.
    """
    own_kb, of_file_kb = 0, dict[str, int]()
    for process in tree(pid):
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            mappings = Path(f"/proc/{process}/smaps").read_text().splitlines()
        except OSError:
            continue
        own_kb += sum(int(line.split()[1]) for line in rollup if line.startswith(("Pss_Anon:", "Pss_Shmem:")))
        for file, kb in _pages_of_files(mappings).items():
            of_file_kb[file] = max(of_file_kb.get(file, 0), kb)
    return (own_kb + sum(of_file_kb.values())) * 1024 / 1e6


def _pages_of_files(mappings: list[str]) -> dict[str, int]:
    """Resident pages of each file, in kB, of the lines of /proc/PID/smaps."""
    found: dict[str, int] = {}
    file = ""
    for line in mappings:
        name, _, value = line.partition(":")
        if name == "Rss" and file:
            found[file] = found.get(file, 0) + int(value.split()[0])
        elif name == "Anonymous" and file:  # written to, and so a page of the process
            found[file] -= int(value.split()[0])
        elif "-" in name and " " in name:  # the first line of a mapping: addresses, rights, offset, device, inode, path
            fields = line.split(maxsplit=5)
            file = fields[5] if len(fields) == 6 and fields[4] != "0" else ""
    return found


def resident_mb(pid: int) -> float:
    """Resident memory (RSS) of the process and its descendants in MB. What they share counts for each of them."""
    pages = 0
    for process in tree(pid):
        try:
            pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return pages * resource.getpagesize() / 1e6


def ser(*arguments: str) -> list[str]:
    """The command line of `ser` with these arguments."""
    return [sys.executable, "-m", "ser_core", *arguments]
