"""`ser batch` as a person runs it; tests/batch tests what it does."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from ser_core.batch import processes
from ser_core.batch.work import Row, Task
from ser_core.cli import main


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    for name in ("angry.wav", "quiet.wav", "sad.wav", "sad-too.wav", "broken.wav", "notes.txt"):
        (folder / name).write_bytes(b"x")
    return folder


@pytest.fixture(autouse=True)
def heard_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that the names of the files say."""

    def answers(tasks: Iterable[Task], jobs: int) -> Iterator[tuple[Task, Row]]:
        assert jobs == 3
        for task in tasks:
            emotion = task.name.partition(".")[0].partition("-")[0]
            if emotion == "broken":
                yield task, {"file": task.shown, "error": "It is broken."}
                continue
            speech = emotion != "quiet"
            yield task, {
                "file": task.shown, "duration_s": 20.0, "model": "crnn", "speech": speech,
                "emotion": emotion if speech else None, "confidence": 0.9 if speech else None, "unsure": not speech,
                "pair": ["angry", "sad"] if emotion == "angry" else None, "scores": {}, "warnings": [],
            }  # fmt: skip

    monkeypatch.setattr(processes, "answers", answers)


def test_the_summary_counts_what_was_heard(calls: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["batch", str(calls), "--out", str(tmp_path / "result.csv"), "--jobs", "3"])
    assert (done.exit_code, done.stderr) == (0, "")
    first, pace, *rest = done.stdout.splitlines()
    assert first == f"{tmp_path}/result.csv: 5 recordings, 1 min 20 s of sound"
    assert pace.startswith("  5 files in ")
    assert pace.endswith(" a second")
    assert rest == [
        "  sad 2, angry or sad 1",
        "  1 without speech",
        "  1 could not be heard: the column error says why",
        "  1 other file left out: no recordings by their names",
    ]


def test_ctrl_c_says_how_to_go_on(calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = processes.answers

    def stopped(tasks: Iterable[Task], jobs: int) -> Iterator[tuple[Task, Row]]:
        answers = whole(tasks, jobs)
        yield next(answers)
        yield next(answers)
        raise KeyboardInterrupt

    command = ["batch", str(calls), "--out", str(tmp_path / "result.csv"), "--jobs", "3"]
    with monkeypatch.context() as patch:
        patch.setattr(processes, "answers", stopped)
        done = CliRunner().invoke(main, command)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "ser: Interrupted after 2 of 5. The same command goes on.\n"
    again = CliRunner().invoke(main, command)
    assert again.stdout.splitlines()[0].endswith("; 2 were done before")


def test_either_processes_here_or_a_cluster(calls: Path, tmp_path: Path) -> None:
    command = ["batch", str(calls), "--out", str(tmp_path / "result.csv"), "--jobs", "3", "--dask", "tcp://127.0.0.1:1"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 2
    assert "give one of them" in done.stderr


@pytest.mark.parametrize(
    "package, arguments, said",
    [
        ("distributed", ["--dask", "tcp://127.0.0.1:1"], "--dask needs the package distributed: pip install -r"),
        ("pyarrow.parquet", ["--jobs", "3"], "Parquet needs the package pyarrow"),
    ],
)
def test_a_package_that_is_missing_is_named(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, arguments: list[str], said: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    done = CliRunner().invoke(main, ["batch", str(calls), "--out", str(tmp_path / "result.parquet"), *arguments])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"ser: {said}")
