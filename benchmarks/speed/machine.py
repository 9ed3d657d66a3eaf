"""The machine that is measured on: what it is, and what one of its cores can do."""

import os
import platform
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.speed.limits import Machine

if TYPE_CHECKING:
    from benchmarks.speed.bench import Bench

# Sets of instructions on which the speed of networks depends.
_VECTORS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimd")


def measured(bench: "Bench") -> Machine:
    """What the core of the bench can do, measured."""
    from benchmarks.speed.bench import Contestant

    with bench.worker(Contestant("the core", "peak")) as worker:
        return replace(Machine(), **worker.facts)


def describe(bench: "Bench") -> dict[str, Any]:
    """The machine, and the versions of what computes on both sides."""
    info = Path("/proc/cpuinfo").read_text("utf-8")
    fields = dict(line.partition(":")[::2] for line in info.splitlines() if ":" in line)
    facts = {name.strip(): value.strip() for name, value in fields.items()}
    flags = facts.get("flags", facts.get("Features", "")).split()
    memory_kb = next(int(line.split()[1]) for line in Path("/proc/meminfo").read_text().splitlines())
    return {
        "processor": facts.get("model name", platform.machine()),
        "vectors": [each for each in _VECTORS if each in flags],
        "cores": os.cpu_count(),
        "memory_gb": round(memory_kb * 1024 / 1e9),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "gigaoperations_per_s": round(bench.machine.operations_per_s / 1e9, 1),
        "gigabytes_per_s": round(bench.machine.bytes_per_s / 1e9, 1),
        "versions": {name: version(name) for name in ("numpy", "scipy", "ai-edge-litert", "streamlit")},
        "peers": _peers(bench),
    }


def _peers(bench: "Bench") -> dict[str, str]:
    """The versions that the peers' environment pins."""
    if not bench.peers:
        return {}
    lines = (Path(__file__).parents[2] / "requirements-bench.txt").read_text("utf-8").splitlines()
    return dict(line.partition("#")[0].strip().split("==") for line in lines if "==" in line)
