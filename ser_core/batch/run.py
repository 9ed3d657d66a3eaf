"""The flow of a batch: find, share out, note, write."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ser_core.batch import cluster, processes, tables
from ser_core.batch.finding import Found, find
from ser_core.batch.journal import Journal
from ser_core.batch.work import Asked, Row, Task, asked_of, error_row
from ser_core.config import load_settings
from ser_core.errors import SerError
from ser_core.models.card import load_card


@dataclass
class Summary:
    """What a batch came to.

    Attributes:
        files: rows of the result.
        resumed: how many of them an earlier run had done.
        left_out: files of the tree that are no recordings by their names.
        without_speech: recordings in which nobody speaks.
        failed: files without an answer.
        heard_s: length of all recordings that could be read, in seconds.
        emotions: how many recordings each answer was given to, most frequent first: an emotion, "unsure", or two
            emotions too close to choose between.
    """

    files: int = 0
    resumed: int = 0
    left_out: int = 0
    without_speech: int = 0
    failed: int = 0
    heard_s: float = 0.0
    emotions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """How far a batch is.

    Attributes:
        done, files: files that are done, and all.
        resumed: those that were done before this run.
        share: share of this run's work that is done, by the sizes of the files, 0 to 1.
    """

    done: int
    files: int
    resumed: int
    share: float


def run_batch(
    folder: str,
    out: Path,
    *,
    model: str | None = None,
    channel: int | None = None,
    jobs: int | None = None,
    dask: str | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Hears every recording of a tree and writes one row for each, in the order of their names.

    Args:
        folder: a folder, or an address that fsspec reads (`s3://bucket/calls`).
        out: the result: a file that ends in .parquet, .csv or .jsonl and is not there yet.
        model: the model to ask; the configured one by default.
        channel: which channel is heard, counted from 0; all of them mixed when None.
        jobs: processes here; as many as cores and memory allow by default.
        dask: address of the scheduler of a Dask cluster that does the work instead.
        on_progress: called when another file is done.

    A run that was interrupted goes on where it stopped when it is called the same way again (`journal`). Raises
    SerError when something is wrong that concerns all files; what concerns one is in its row.
    """
    tables.check(out)
    asked = asked_of(model, channel)
    found, left_out = find(folder)
    if not found:
        raise SerError(f"There is no recording in {folder}; {left_out} files there are something else by their names.")
    journal = Journal(out, folder, asked)
    try:
        resumed = _hear(folder, found, asked, journal, jobs, dask, on_progress)
        summary = Summary(len(found), resumed, left_out)
        labels = load_card(asked.model, load_settings().models_dir).labels
        tables.write(out, _counted(journal.rows(found), summary), labels)
        journal.remove()
    finally:
        journal.close()
    return summary


def _hear(
    folder: str,
    found: tuple[Found, ...],
    asked: Asked,
    journal: Journal,
    jobs: int | None,
    dask: str | None,
    on_progress: Callable[[Progress], None],
) -> int:
    """Hears what is not done yet; returns how many were."""
    missing = [each for each in found if not journal.has(each)]
    resumed = len(found) - len(missing)
    listed = [each for each in missing if each.problem is None]
    for each in missing:
        if each.problem is not None:
            journal.add(each, error_row(each.shown, each.problem))
    # The largest first: one of an hour that comes last would keep everybody waiting for a single process.
    listed.sort(key=lambda each: (-each.size_bytes, each.name))
    by_name = {each.name: each for each in listed}
    whole_bytes = sum(each.size_bytes for each in listed)
    done, done_bytes = len(found) - len(listed), 0
    tasks = [Task(folder, each.name, each.shown, each.size_bytes, asked) for each in listed]
    answers = (
        partial(cluster.answers, asked=asked, address=dask)
        if dask is not None
        else partial(processes.answers, jobs=jobs or processes.default_jobs())
    )
    if not tasks:
        return resumed
    on_progress(Progress(done, len(found), resumed, 0.0))
    for task, row in answers(tasks):
        journal.add(by_name[task.name], row)
        done, done_bytes = done + 1, done_bytes + task.size_bytes
        on_progress(Progress(done, len(found), resumed, done_bytes / whole_bytes if whole_bytes else 1.0))
    return resumed


def _counted(rows: Iterator[Row], summary: Summary) -> Iterator[Row]:
    emotions: Counter[str] = Counter()
    for row in rows:
        if "error" in row:
            summary.failed += 1
        else:
            summary.heard_s += row["duration_s"]
            if row["speech"]:
                emotions[_answer(row)] += 1
            else:
                summary.without_speech += 1
        yield row
    summary.emotions = dict(sorted(emotions.items(), key=lambda each: (-each[1], each[0])))


def _answer(row: Row) -> str:
    if row["pair"]:
        return " or ".join(row["pair"])
    return "unsure" if row["unsure"] else str(row["emotion"])
