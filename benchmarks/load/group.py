"""A control group that limits the memory of a server, as a container does."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Group:
    """A control group of either version, given by its folder."""

    folder: Path

    def enter(self, command: list[str]) -> list[str]:
        """The command, entering the group first."""
        return ["sh", "-c", 'echo $$ > "$0" && exec "$@"', str(self.folder / "cgroup.procs"), *command]

    def most_mb(self) -> float:
        """Peak memory of the group."""
        return int(self._text("memory.peak", "memory.max_usage_in_bytes")) / 1e6

    def forget_peak(self) -> None:
        """Begin to look for the peak anew, where the kernel can."""
        for name, value in (("memory.peak", "reset"), ("memory.max_usage_in_bytes", "0")):
            with suppress(OSError):
                if (self.folder / name).exists():
                    (self.folder / name).write_text(value, "ascii")

    def killed(self) -> int:
        """How many of its processes were killed for lack of memory."""
        found = re.search(r"^oom_kill (\d+)$", self._text("memory.events", "memory.oom_control"), re.MULTILINE)
        return int(found[1]) if found else 0

    def _text(self, *names: str) -> str:
        return next((self.folder / name).read_text("ascii") for name in names if (self.folder / name).exists())


@contextmanager
def memory_group(memory_mb: int | None) -> Iterator[Group | None]:
    """A group with this memory limit, in MiB; None without a limit. Needs root."""
    if memory_mb is None:
        yield None
        return
    version_1 = Path("/sys/fs/cgroup/memory")
    folder = (version_1 if version_1.is_dir() else version_1.parent) / f"ser-load-{os.getpid()}"
    folder.mkdir()
    try:
        limit = "memory.limit_in_bytes" if version_1.is_dir() else "memory.max"
        (folder / limit).write_text(str(memory_mb << 20), "ascii")
        yield Group(folder)
    finally:
        while (folder / "cgroup.procs").read_text("ascii"):
            time.sleep(0.1)
        folder.rmdir()
