import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from ser_core.batch.work import Row, Task, hear

# The smaller model: what is shared out is the same.
MODEL = "crnn"


@pytest.fixture
def tree(tmp_path: Path, samples_dir: Path) -> Path:
    """Ten recordings in two folders, one file that is none, and one that only its name excludes."""
    folder = tmp_path / "calls"
    (folder / "late").mkdir(parents=True)
    samples = sorted(samples_dir.glob("*.flac"), key=lambda path: path.stat().st_size)[:3]
    for number in range(9):
        shutil.copy(samples[number % 3], folder / ("late" if number % 2 else ".") / f"{number}.flac")
    (folder / "broken.wav").write_bytes(b"no sound at all")
    (folder / "notes.txt").write_text("who called when")
    return folder


def here(tasks: Iterable[Task], jobs: int = 1) -> Iterator[tuple[Task, Row]]:
    """Hears in this very process, one after the other: what all others must come to."""
    for task in tasks:
        yield task, hear(task)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ser_core.batch.processes.answers", here)
