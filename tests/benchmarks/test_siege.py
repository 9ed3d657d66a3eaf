"""A short siege: the cheapest attacks on the real server, in the control group of `make siege` where there is one.

What a machine with other work can spoil, the seconds, `make siege` judges; here it is whether the attacks succeed.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from benchmarks.load.group import Group, memory_group
from benchmarks.serving import running_server
from benchmarks.siege.__main__ import another_is_answered, suffer
from benchmarks.siege.attacks import ATTACKS, Attack, Target
from benchmarks.siege.memory import held_by_streamlit

MEMORY_MB = 900
CHEAP = ("95 MB messages", "a foreign page", "anonymous uploads", "killed decoders")


@pytest.fixture(scope="module")
def besieged() -> Iterator[tuple[Target, Group | None]]:
    """The server, in a control group where root and the kernel allow one."""
    with ExitStack() as stack:
        try:
            group = stack.enter_context(memory_group(MEMORY_MB)) if os.geteuid() == 0 else None
        except OSError:
            group = None
        url, pid = stack.enter_context(running_server(group))
        yield Target(url, pid, MEMORY_MB), group


@pytest.mark.slow
@pytest.mark.parametrize("attack", [each for each in ATTACKS if each.name in CHEAP], ids=lambda each: each.name)
def test_an_attack_does_not_succeed_and_another_is_answered(
    besieged: tuple[Target, Group | None], attack: Attack
) -> None:
    target, group = besieged
    row = suffer(attack, target, group)
    assert row.survived, row
    assert row.kept_out, row
    assert row.answered_s < 60, row
    assert another_is_answered(target.url, 1) < 60
    assert held_by_streamlit(target.url, ("UploadedFileManager",)) == 0
