"""`ser predict`: which emotion recordings sound like."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ser_core.atomic import check_writable, write_text
from ser_core.claim import NO_SPEECH
from ser_core.commands.options import CHANNELS, Labelled
from ser_core.commands.progress_bar import Progress
from ser_core.errors import AudioError, ModelError, NoSpeechError, SerError
from ser_core.labels import Emotion
from ser_core.text import answer
from ser_core.text import notices as told

if TYPE_CHECKING:
    from ser_core.adaptation.few_shot import Adaptation
    from ser_core.recognition.recogniser import Recogniser
    from ser_core.records import Report


@click.command(
    epilog="Example:  ser predict interview.mp3 --json",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--model", metavar="NAME", help="Model to use; `ser models` lists them.")
@click.option("--channel", type=click.Choice(list(CHANNELS)), help="Hear one side of a call; both by default.")
@click.option(
    "--adapt", "labelled", multiple=True, type=Labelled(),
    help="A recording of the same speaker, and how it was meant; answers adapt to that voice. Give it several times.",
)  # fmt: skip
@click.option(
    "--report", "page", type=click.Path(path_type=Path), metavar="PAGE",
    help="Write the answer for one FILE as a page to print, .html: answer, pictures, model and limits.",
)  # fmt: skip
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, metavar="N",
    help="Processes that share the FILEs; each takes some 150 MB of memory.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def predict(
    files: tuple[Path, ...],
    model: str | None,
    channel: str | None,
    labelled: tuple[tuple[Path, Emotion], ...],
    page: Path | None,
    jobs: int,
    as_json: bool,
) -> None:
    """Say which emotion each FILE sounds like: sound, or video with a sound track, in any usual format.

    For a folder, all recordings in it and in the folders in it are heard, in the order of their names. A file in which
    nobody speaks, such as music or noise, gets no emotion: with --json its "speech" is false, its "emotion" null and
    its "scores" empty. Exits with 1, after the rest is done, when a file cannot be read. What is printed is the same,
    and in the same order, whatever the number of processes.
    """
    files = _with_folders_listed(files)
    if page is not None:
        _check_page(page, files)
    from ser_core.machine import keep_arrays_on_one_core, keep_freed_memory
    from ser_core.recognition.analyse import no_speech_dict, report_dict
    from ser_core.recognition.recogniser import load_recogniser

    recogniser = load_recogniser(model)
    keep_arrays_on_one_core()
    keep_freed_memory()
    adaptation = _adaptation(labelled, recogniser)
    side = CHANNELS.get(channel or "")
    jobs = min(jobs, len(files))
    outcomes = (
        _heard_by_processes(files, recogniser, side, jobs)
        if jobs > 1
        else _heard_here(files, recogniser, side, timeline=page is not None)
    )
    failed = False
    for file, report in outcomes:
        if isinstance(report, NoSpeechError):
            if as_json:
                plain = no_speech_dict(str(file), report.duration_s, recogniser.name)
                click.echo(json.dumps(plain, ensure_ascii=False))
            else:
                click.echo(f"{file}: {answer.in_short(NO_SPEECH)}, {report.duration_s:.1f} s")
            if page is not None:
                failed = True
                click.echo(f"ser: {page} was not written: there is no answer to report.", err=True)
            continue
        if isinstance(report, AudioError):
            failed = True
            if as_json:
                click.echo(json.dumps({"file": str(file), "error": str(report)}, ensure_ascii=False))
            else:
                click.echo(f"ser: {file}: {report}", err=True)
            continue
        if adaptation:
            from ser_core.adaptation.few_shot import adapted

            report = adapted(report, adaptation, recogniser.card)
        if page is not None:
            _write_page(page, report, file, side, recogniser)
        if as_json:
            click.echo(json.dumps(report_dict(report, timeline=False), ensure_ascii=False))
            continue
        click.echo(f"{file}: {answer.in_short(report.prediction.claim)}, {report.duration_s:.1f} s")
        for notice in report.notices:
            click.echo(f"ser: {file}: {told.sentence(notice)}", err=True)
    if failed:
        sys.exit(1)


def _with_folders_listed(files: Sequence[Path]) -> tuple[Path, ...]:
    """The files, with the recordings in a folder in its place. Raises SerError when there is none in it."""
    listed: list[Path] = []
    for file in files:
        if not file.is_dir():
            listed.append(file)
            continue
        from ser_core.batch.finding import find

        found, _ = find(str(file))
        if not found:
            raise SerError(f"There is no recording in {file}.")
        listed += (file / each.name for each in found)
    return tuple(listed)


def _heard_here(
    files: Sequence[Path], recogniser: "Recogniser", channel: int | None, *, timeline: bool
) -> "Iterator[tuple[Path, Report | AudioError]]":
    """Each file with its report, or why it has none, one after the other."""
    from ser_core.recognition.analyse import analyse

    for file in files:
        progress = Progress(file.name)
        outcome: Report | AudioError
        try:
            outcome = analyse(
                file,
                name=str(file),
                recogniser=recogniser,
                timeline=timeline,
                channel=channel,
                on_progress=progress.share,
            )
        except AudioError as error:
            outcome = error.anew()
        progress.clear()
        yield file, outcome


def _heard_by_processes(
    files: Sequence[Path], recogniser: "Recogniser", channel: int | None, jobs: int
) -> "Iterator[tuple[Path, Report | AudioError]]":
    """The same, from several processes, in the order of the files."""
    from ser_core.batch.processes import answers, in_order
    from ser_core.batch.work import Task, asked_of, hear_untold

    asked = asked_of(recogniser.name, channel)
    tasks = [Task("", str(file), str(file), 0, asked) for file in files]
    progress = Progress("Recordings")

    def counted() -> "Iterator[tuple[Task, dict[str, Any]]]":
        for done, each in enumerate(answers(tasks, jobs, hear_untold), 1):
            progress(done, len(files))
            yield each

    try:
        for file, (_, row) in zip(files, in_order(counted(), tasks), strict=True):
            progress.clear()
            yield file, row["outcome"] if "outcome" in row else AudioError(row["error"])
    finally:
        progress.clear()


def _check_page(page: Path, files: Sequence[Path]) -> None:
    """Raises SerError, before any work, when the page cannot be written."""
    if page.suffix.lower() != ".html":
        raise SerError("The report is written as .html; got {page}. Name it so.", page=page)
    if len(files) != 1:
        raise SerError("A report is about one recording; got {count}. Give one FILE with --report.", count=len(files))
    check_writable(page.parent)


def _write_page(page: Path, report: "Report", file: Path, channel: int | None, recogniser: "Recogniser") -> None:
    """Reads the recording once more for its pictures. Raises AudioError when it has changed meanwhile."""
    from ser_core import audio
    from ser_core.figures.sound_layers import PART_S, overview, sound_layer
    from ser_core.reports.answer import answer_html

    if report.duration_s <= PART_S:
        layer = sound_layer(audio.read_clip(file, channel=channel))
    else:
        layer = overview(audio.read_blocks(file, channel=channel), report.duration_s)
    write_text(page, answer_html(replace(report, file=file.name), layer.files, recogniser.card))


def _adaptation(labelled: Sequence[tuple[Path, Emotion]], recogniser: "Recogniser") -> "Adaptation | None":
    """The map for the speaker of the labelled recordings; None without any. Raises AudioError, naming the file."""
    from ser_core.adaptation.few_shot import adapt
    from ser_core.models.card import ClassicCard
    from ser_core.recognition.analyse import analyse

    if not labelled:
        return None
    if isinstance(recogniser.card, ClassicCard):
        raise ModelError(
            f"For {recogniser.name}, a classic model, adaptation has not been measured: leave out --adapt."
        )
    named = []
    for file, meant in labelled:
        try:
            named.append((analyse(file, recogniser=recogniser).prediction, meant))
        except AudioError as error:
            raise AudioError(f"{file}: {error}") from error
    return adapt(named)
