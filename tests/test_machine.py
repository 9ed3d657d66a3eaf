import subprocess
import sys
from pathlib import Path

import pytest

from ser_core.machine import computes_in_bfloat16, memory_limit_bytes, memory_used_bytes

MIB = 1 << 20
UNLIMITED_V1 = "9223372036854771712"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root of a machine of 4 GiB, 3 of them available, without control groups."""
    write(tmp_path, "proc/meminfo", f"MemTotal: {4096 * 1024} kB\nMemAvailable: {3072 * 1024} kB\nHugePages_Total: 0\n")
    return tmp_path


def write(root: Path, name: str, content: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(content, "ascii")


def test_a_machine_without_control_groups_is_taken_as_it_is(root: Path) -> None:
    assert memory_limit_bytes(root) == 4096 * MIB
    assert memory_used_bytes(root) == 1024 * MIB


def test_a_container_of_version_2_sees_its_own_group_as_the_root(root: Path) -> None:
    write(root, "proc/self/cgroup", "0::/\n")
    write(root, "sys/fs/cgroup/memory.max", f"{900 * MIB}\n")
    write(root, "sys/fs/cgroup/memory.current", f"{300 * MIB}\n")
    write(root, "sys/fs/cgroup/memory.stat", f"anon 1\ninactive_file {100 * MIB}\n")
    assert memory_limit_bytes(root) == 900 * MIB
    assert memory_used_bytes(root) == 200 * MIB


def test_the_tightest_group_around_counts(root: Path) -> None:
    write(root, "proc/self/cgroup", "0::/system.slice/ser.service\n")
    write(root, "sys/fs/cgroup/system.slice/memory.max", f"{700 * MIB}\n")
    write(root, "sys/fs/cgroup/system.slice/memory.current", f"{80 * MIB}\n")
    write(root, "sys/fs/cgroup/system.slice/ser.service/memory.max", "max\n")
    assert memory_limit_bytes(root) == 700 * MIB
    assert memory_used_bytes(root) == 80 * MIB


def test_a_container_of_version_1_may_be_told_the_hosts_path(root: Path) -> None:
    write(root, "proc/self/cgroup", "3:cpu:/\n4:memory:/docker/1234\n0::/\n")
    write(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", f"{512 * MIB}\n")
    write(root, "sys/fs/cgroup/memory/memory.usage_in_bytes", f"{200 * MIB}\n")
    write(root, "sys/fs/cgroup/memory/memory.stat", f"inactive_file 0\ntotal_inactive_file {50 * MIB}\n")
    assert memory_limit_bytes(root) == 512 * MIB
    assert memory_used_bytes(root) == 150 * MIB


def test_a_group_without_a_limit_is_none(root: Path) -> None:
    write(root, "proc/self/cgroup", "4:memory:/\n")
    write(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", UNLIMITED_V1)
    write(root, "sys/fs/cgroup/memory/memory.usage_in_bytes", str(9 * MIB))
    assert memory_limit_bytes(root) == 4096 * MIB
    assert memory_used_bytes(root) == 1024 * MIB


def test_where_nothing_is_known_nothing_is_said(tmp_path: Path) -> None:
    assert memory_limit_bytes(tmp_path) is None
    assert memory_used_bytes(tmp_path) is None


def test_here_something_is_used_and_less_than_there_is() -> None:
    limit, used = memory_limit_bytes(), memory_used_bytes()
    assert limit is not None
    assert used is not None
    assert 10 * MIB < used < limit


def test_arrays_stay_on_one_core_once_that_was_said() -> None:
    # In a process of its own, in which nothing has set it before.
    program = (
        "import numpy; from threadpoolctl import threadpool_info; from ser_core import machine;"
        "machine.keep_arrays_on_one_core();"
        "print([pool['num_threads'] for pool in threadpool_info() if pool['user_api'] == 'blas'])"
    )
    environment = {"OPENBLAS_NUM_THREADS": "2", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert done.stdout == "[1]\n", done.stderr


def test_memory_is_returned_and_at_least_one_core_is_there() -> None:
    # In a process of its own: how memory is kept is set for the whole of it, and for good.
    script = """
import numpy as np
from pathlib import Path
from ser_core.machine import computes_in_bfloat16, cores, keep_memory_in_few_pieces, return_free_memory
keep_memory_in_few_pieces()
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
before = resident()
blocks = [np.ones(20_000) for _ in range(600)]  # 96 MB in blocks of 160 kB, which lie in the heap
kept = [bytes(1000) for _ in range(100)]  # lies behind them
held = resident() - before
del blocks
return_free_memory()
print(held > 80e6, resident() - before < 20e6, cores() >= 1)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split() == ["True", "True", "True"]


@pytest.mark.parametrize(
    "line, has_it",
    [
        ("flags\t\t: fpu avx2 avx512_bf16 amx_bf16", True),
        ("Features\t: fp asimd bf16", True),
        ("flags\t\t: fpu avx2 avx512f", False),
        ("model name\t: a bf16less processor", False),
    ],
)
def test_bfloat16_is_used_where_the_processor_has_it(root: Path, line: str, has_it: bool) -> None:
    assert not computes_in_bfloat16(root)
    write(root, "proc/cpuinfo", f"processor\t: 0\n{line}\n")
    assert computes_in_bfloat16(root) is has_it


@pytest.mark.parametrize("keep", ["keep_freed_memory", "keep_memory_in_few_pieces"])
def test_what_is_freed_is_given_again(keep: str) -> None:
    script = """
import resource
import numpy as np
from ser_core import machine
def pages_given():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(100):
        np.ones(400_000)  # 3.2 MB, 781 pages
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
machine.KEEP()
pages_given()
print(pages_given() < 7_810)
""".replace("KEEP", keep)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "True\n"
