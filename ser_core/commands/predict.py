"""`ser predict`: which emotion recordings sound like."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def predict(
    files: tuple[Path, ...],
    model: str | None,
    channel: str | None,
    labelled: tuple[tuple[Path, Emotion], ...],
    page: Path | None,
    as_json: bool,
) -> None:
    """Say which emotion each FILE sounds like: sound, or video with a sound track, in any usual format.

    A file in which nobody speaks, such as music or noise, gets no emotion: with --json its "speech" is false, its
    "emotion" null and its "scores" empty. Exits with 1, after the rest is done, when a file cannot be read.
    """
    if page is not None:
        _check_page(page, files)
    from ser_core.machine import keep_arrays_on_one_core, keep_freed_memory
    from ser_core.recognition.analyse import analyse, no_speech_dict, report_dict
    from ser_core.recognition.recogniser import load_recogniser

    recogniser = load_recogniser(model)
    keep_arrays_on_one_core()
    keep_freed_memory()
    adaptation = _adaptation(labelled, recogniser)
    failed = False
    for file in files:
        progress = Progress(file.name)
        try:
            report = analyse(
                file,
                name=str(file),
                recogniser=recogniser,
                timeline=page is not None,
                channel=CHANNELS.get(channel or ""),
                on_progress=progress.share,
            )
        except NoSpeechError as error:
            progress.clear()
            if as_json:
                plain = no_speech_dict(str(file), error.duration_s, recogniser.name)
                click.echo(json.dumps(plain, ensure_ascii=False))
            else:
                click.echo(f"{file}: {answer.in_short(NO_SPEECH)}, {error.duration_s:.1f} s")
            if page is not None:
                failed = True
                click.echo(f"ser: {page} was not written: there is no answer to report.", err=True)
            continue
        except AudioError as error:
            failed = True
            progress.clear()
            if as_json:
                click.echo(json.dumps({"file": str(file), "error": str(error)}, ensure_ascii=False))
            else:
                click.echo(f"ser: {file}: {error}", err=True)
            continue
        progress.clear()
        if adaptation:
            from ser_core.adaptation.few_shot import adapted

            report = adapted(report, adaptation, recogniser.card)
        if page is not None:
            _write_page(page, report, file, CHANNELS.get(channel or ""), recogniser)
        if as_json:
            click.echo(json.dumps(report_dict(report, timeline=False), ensure_ascii=False))
            continue
        click.echo(f"{file}: {answer.in_short(report.prediction.claim)}, {report.duration_s:.1f} s")
        for notice in report.notices:
            click.echo(f"ser: {file}: {told.sentence(notice)}", err=True)
    if failed:
        sys.exit(1)


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
