"""A batch as a whole, in this process: what is heard, noted and written."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from ser_core.batch import processes
from ser_core.batch.journal import journal_of
from ser_core.batch.run import Progress, Summary, run_batch
from ser_core.batch.work import Row, Task
from ser_core.errors import ModelError, SerError
from tests.batch.conftest import MODEL, here

Heard = list[str]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What is heard, file by file, in this very process."""
    names: Heard = []

    def listen(tasks: Iterable[Task], jobs: int) -> Iterator[tuple[Task, Row]]:
        for task, row in here(tasks):
            names.append(task.name)
            yield task, row

    monkeypatch.setattr(processes, "answers", listen)
    return names


def stopping_after(count: int) -> Callable[[Progress], None]:
    def stop(progress: Progress) -> None:
        if progress.done - progress.resumed == count:
            raise KeyboardInterrupt

    return stop


def test_every_recording_is_a_row_in_the_order_of_names(tree: Path, tmp_path: Path, heard: Heard) -> None:
    out = tmp_path / "result.csv"
    seen: list[Progress] = []
    summary = run_batch(str(tree), out, model=MODEL, on_progress=seen.append)
    rows = out.read_text("utf-8").splitlines()[1:]
    assert [row.partition(",")[0] for row in rows] == [
        "0.flac", "2.flac", "4.flac", "6.flac", "8.flac", "broken.wav",
        "late/1.flac", "late/3.flac", "late/5.flac", "late/7.flac",
    ]  # fmt: skip
    assert sorted(heard) == sorted(row.partition(",")[0] for row in rows)
    assert [progress.done for progress in seen] == list(range(11))
    assert (seen[0].share, seen[-1].share) == (0.0, 1.0)
    assert (summary.files, summary.resumed, summary.left_out, summary.failed) == (10, 0, 1, 1)
    assert sum(summary.emotions.values()) + summary.without_speech == 9
    assert summary.heard_s == pytest.approx(sum(float(row.split(",")[1] or 0) for row in rows))
    assert not journal_of(out).exists()


def test_the_largest_comes_first_so_that_nobody_waits_for_it_alone(tree: Path, tmp_path: Path, heard: Heard) -> None:
    run_batch(str(tree), tmp_path / "result.csv", model=MODEL)
    sizes = [(tree / name).stat().st_size for name in heard]
    assert sizes == sorted(sizes, reverse=True)


def test_an_interrupted_run_goes_on_and_comes_to_the_same_bytes(tree: Path, tmp_path: Path, heard: Heard) -> None:
    whole, out = tmp_path / "whole.jsonl", tmp_path / "result.jsonl"
    run_batch(str(tree), whole, model=MODEL)
    heard.clear()
    for count in (3, 4):
        with pytest.raises(KeyboardInterrupt):
            run_batch(str(tree), out, model=MODEL, on_progress=stopping_after(count))
        assert not out.exists()
    summary = run_batch(str(tree), out, model=MODEL)
    assert len(heard) == len(set(heard)) == 10
    assert summary.resumed == 7
    assert out.read_bytes() == whole.read_bytes()


def test_a_file_that_comes_changes_or_goes_between_two_runs_is_as_it_is_at_the_end(
    tree: Path, tmp_path: Path, heard: Heard
) -> None:
    out = tmp_path / "result.csv"
    with pytest.raises(KeyboardInterrupt):
        run_batch(str(tree), out, model=MODEL, on_progress=stopping_after(9))
    done = list(heard)
    (tree / done[0]).unlink()
    (tree / done[1]).write_bytes((tree / done[2]).read_bytes() + b"and more")
    (tree / "new.wav").write_bytes(b"no sound")
    heard.clear()
    run_batch(str(tree), out, model=MODEL)
    assert set(heard) == {done[1], "new.wav"} | ({"broken.wav"} - set(done))
    rows = {row.partition(",")[0] for row in out.read_text("utf-8").splitlines()[1:]}
    assert done[0] not in rows
    assert {done[1], "new.wav"} <= rows


def test_killed_between_result_and_journal_it_only_writes_again(tree: Path, tmp_path: Path, heard: Heard) -> None:
    out = tmp_path / "result.csv"
    with pytest.raises(KeyboardInterrupt):
        run_batch(str(tree), out, model=MODEL, on_progress=stopping_after(10))
    assert journal_of(out).exists()
    heard.clear()
    summary = run_batch(str(tree), out, model=MODEL)
    assert (heard, summary.resumed) == ([], 10)


def test_it_is_refused_before_anything_is_heard(tree: Path, tmp_path: Path, heard: Heard) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/notes.txt").write_text("x")
    for folder, out, model, kind, said in (
        (tree, "result.xls", MODEL, SerError, "is written as"),
        (tree, "result.csv", "nothing", ModelError, "no model 'nothing'"),
        (tmp_path / "absent", "result.csv", MODEL, SerError, "is not a folder"),
        (tmp_path / "empty", "result.csv", MODEL, SerError, "no recording in .*; 1 files there are something else"),
    ):
        with pytest.raises(kind, match=said):
            run_batch(str(folder), tmp_path / out, model=model)
    assert heard == []
    assert not (tmp_path / "result.csv.journal").exists()


def test_one_side_of_calls_is_heard_where_that_is_asked(tree: Path, tmp_path: Path, heard: Heard) -> None:
    summary = run_batch(str(tree), tmp_path / "left.csv", model=MODEL, channel=0)
    assert isinstance(summary, Summary)
    assert summary.failed == 1
