"""What processes that die, and files that fail, do to the others."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ser_core.batch import processes
from ser_core.batch.processes import answers, default_jobs, in_order
from ser_core.batch.work import Asked, Row, Task
from ser_core.errors import ModelError, SerError
from tests.batch.hearings import by_name


@pytest.fixture(autouse=True)
def heard_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "hear", by_name)


def tasks(*names: str) -> list[Task]:
    return [Task("", name, name, 1, Asked("crnn", "")) for name in names]


def test_a_file_that_kills_its_process_or_meets_a_bug_has_its_error_and_the_others_their_rows() -> None:
    fine = [f"fine-{n}" for n in range(8)]
    rows = {task.name: row for task, row in answers(tasks(*fine[:3], "killer", "bug", *fine[3:]), jobs=2)}
    assert set(rows) == {*fine, "killer", "bug"}
    assert all("process" in rows[name] for name in fine)
    assert "was killed twice" in rows["killer"]["error"]
    assert rows["bug"]["error"].endswith("a bug of its own (ValueError: no such thing).")


def test_a_model_that_cannot_be_used_ends_it() -> None:
    with pytest.raises(ModelError, match="another one"):
        list(answers(tasks("model", "fine"), jobs=1))


def test_a_machine_that_kills_everything_ends_it() -> None:
    with pytest.raises(SerError, match="Is there memory for so many"):
        list(answers(tasks(*(f"killer-{n}" for n in range(50))), jobs=1))


def test_nothing_is_left_running_when_somebody_wants_no_more() -> None:
    running = answers(tasks(*(f"fine-{n}" for n in range(50))), jobs=1)
    process = next(running)[1]["process"]
    running.close()
    until = time.monotonic() + 30
    while Path(f"/proc/{process}").exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not Path(f"/proc/{process}").exists()
    assert process != os.getpid()


def test_as_many_processes_as_cores_and_memory_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)))
    for memory_bytes, jobs in ((None, 8), (64 << 30, 8), (1 << 30, 2), (100 << 20, 1)):
        monkeypatch.setattr(processes, "memory_limit_bytes", lambda known=memory_bytes: known)
        assert default_jobs() == jobs


def test_what_is_done_early_waits_for_what_comes_before_it() -> None:
    # The same file may be asked for several times.
    asked = tasks("a", "b", "a", "c")
    done: list[int] = []

    def out_of_order() -> Iterator[tuple[Task, Row]]:
        for place in (1, 0, 3, 2):
            done.append(place)
            yield asked[place], {"place": place}

    given = [(task.name, row["place"], list(done)) for task, row in in_order(out_of_order(), asked)]
    assert given == [("a", 0, [1, 0]), ("b", 1, [1, 0]), ("a", 2, [1, 0, 3, 2]), ("c", 3, [1, 0, 3, 2])]
