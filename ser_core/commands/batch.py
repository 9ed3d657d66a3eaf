"""`ser batch`: every recording of a folder."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ser_core.commands.options import CHANNELS
from ser_core.commands.progress_bar import Progress, duration
from ser_core.errors import SerError

if TYPE_CHECKING:
    from ser_core.batch import run


@click.command(epilog="Example:  ser batch calls --out calls.parquet")
@click.argument("folder", metavar="FOLDER")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The result: .parquet, .csv or .jsonl. One row a file, in the order of their names.",
)
@click.option("--model", metavar="NAME", help="Model to use; `ser models` lists them.")
@click.option("--channel", type=click.Choice(list(CHANNELS)), help="Hear one side of calls; both by default.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; by default as cores and memory allow."
)
@click.option("--dask", metavar="ADDRESS", help="Let a Dask cluster do the work, such as tcp://HOST:8786.")
def batch(folder: str, out: Path, model: str | None, channel: str | None, jobs: int | None, dask: str | None) -> None:
    """Say which emotion every recording in FOLDER and the folders in it sounds like.

    FOLDER may be an address that fsspec reads, such as s3://bucket/calls. A file that cannot be used is a row with its
    error. When the run is interrupted or killed, the same command goes on where it stopped; what is done is kept beside
    the result, in FILE.journal, until the result is written. The result is the same whatever the number of processes.
    """
    from ser_core.batch.run import run_batch

    if jobs and dask:
        raise click.UsageError("--jobs is about processes here, and --dask lets others do the work: give one of them.")
    line = _Line()
    began_s = time.monotonic()
    try:
        summary = run_batch(
            folder,
            out,
            model=model,
            channel=CHANNELS.get(channel or ""),
            jobs=jobs,
            dask=dask,
            on_progress=line.show,
        )
    except KeyboardInterrupt:
        raise SerError(f"Interrupted after {line.done} of {line.files}. The same command goes on.") from None
    finally:
        line.clear()
    click.echo(_told(summary, out, time.monotonic() - began_s))


class _Line:
    """The progress line: files, rate and time left."""

    def __init__(self) -> None:
        self.done = self.files = 0
        self._began_s = time.monotonic()
        self._bar = Progress("Recordings")

    def show(self, progress: "run.Progress") -> None:
        self.done, self.files = progress.done, progress.files
        rate = (progress.done - progress.resumed) / max(time.monotonic() - self._began_s, 1e-9)
        self._bar(progress.done, progress.files, share=progress.share, note=f"{rate:.1f} a second")

    def clear(self) -> None:
        self._bar.clear()


def _told(summary: "run.Summary", out: Path, took_s: float) -> str:
    """The summary at the end."""
    count = summary.files - summary.resumed
    lines = [f"{out}: {_number(summary.files, 'recording')}, {duration(summary.heard_s)} of sound"]
    if summary.resumed:
        lines[0] += f"; {summary.resumed:,} were done before"
    if count:
        lines.append(f"  {_number(count, 'file')} in {duration(took_s)}, {count / took_s:.1f} a second")
    if summary.emotions:
        lines.append("  " + ", ".join(f"{name} {n:,}" for name, n in summary.emotions.items()))
    if summary.without_speech:
        lines.append(f"  {summary.without_speech:,} without speech")
    if summary.failed:
        lines.append(f"  {summary.failed:,} could not be heard: the column error says why")
    if summary.left_out:
        lines.append(f"  {_number(summary.left_out, 'other file')} left out: no recordings by their names")
    return "\n".join(lines)


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
