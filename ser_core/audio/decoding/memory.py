"""The memory limit of the decoding process, enforced by the kernel."""

import importlib
import resource
import sys
from pathlib import Path
from types import ModuleType

_STATM = Path("/proc/self/statm")


def limit_memory(extra_bytes: int) -> None:
    """Allow this much on top of what the process has mapped so far; more raises MemoryError."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if _STATM.exists():
        lower(resource.RLIMIT_AS, _mapped_bytes() + extra_bytes)


def import_with_room(name: str) -> ModuleType:
    """Import a library; the memory that its code maps does not count as the recording's."""
    if name in sys.modules:
        return sys.modules[name]
    if not _STATM.exists():
        return importlib.import_module(name)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before_bytes = _mapped_bytes()
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        return importlib.import_module(name)
    finally:
        if soft != resource.RLIM_INFINITY:
            lower(resource.RLIMIT_AS, soft + _mapped_bytes() - before_bytes)


def lower(limit: int, value: int) -> None:
    """Set a limit, unless a lower one is already set from outside."""
    soft, hard = resource.getrlimit(limit)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    if soft == resource.RLIM_INFINITY or value < soft:
        resource.setrlimit(limit, (value, hard))


def _mapped_bytes() -> int:
    return int(_STATM.read_text().split()[0]) * resource.getpagesize()
