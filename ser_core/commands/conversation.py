"""`ser conversation`: how a call of any length runs its course, party by party."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ser_core.atomic import check_writable, write_text
from ser_core.claim import NO_SPEECH
from ser_core.commands.options import Names
from ser_core.commands.progress_bar import Progress
from ser_core.errors import NoSpeechError, SerError
from ser_core.text import answer
from ser_core.text import notices as told

if TYPE_CHECKING:
    from ser_core.conversations.findings import Findings

_APART = {"apart": True, "together": False, "auto": None}


@click.command(epilog="Example:  ser conversation call.mp3 --parties customer,agent --out report.html")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--model", metavar="NAME", help="Model to use; `ser models` lists them.")
@click.option(
    "--channels",
    type=click.Choice(list(_APART)),
    default="auto",
    show_default=True,
    help="Whether each of two channels is a party; auto decides by the sound.",
)
@click.option("--parties", type=Names(), default=(), help="What the parties are called, left channel first.")
@click.option(
    "--out",
    "outs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="REPORT",
    help="Write the report: .html, .json or .csv. Can be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def conversation(
    file: Path,
    model: str | None,
    channels: str,
    parties: tuple[str, ...],
    outs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Say how the parties of a call sound over its course, and whether they sound satisfied.

    For customers who know of it: monitoring staff by emotion is prohibited in the European Union. A recording in which
    nobody speaks has no parties, and with --out no report.
    """
    for out in outs:
        if out.suffix.lower() not in {".html", ".json", ".csv"}:
            raise SerError(f"A report is written as .html, .json or .csv; got {out}. Name it so.")
        check_writable(out.parent)
    from ser_core.conversations import hear, words
    from ser_core.conversations.findings import findings
    from ser_core.conversations.report import no_speech_dict, report_csv, report_dict, report_html
    from ser_core.machine import keep_arrays_on_one_core, keep_freed_memory
    from ser_core.recognition.recogniser import load_recogniser

    recogniser = load_recogniser(model)
    keep_arrays_on_one_core()
    keep_freed_memory()
    progress = Progress(file.name)
    try:
        heard = hear(
            file,
            name=str(file),
            recogniser=recogniser,
            apart=_APART[channels],
            parties=parties,
            on_progress=progress.share,
        )
    except NoSpeechError as error:
        progress.clear()
        if as_json:
            click.echo(json.dumps(no_speech_dict(str(file), error.duration_s, recogniser.name), ensure_ascii=False))
        else:
            click.echo(f"{file}: {answer.in_short(NO_SPEECH)}, {error.duration_s:.1f} s")
        if outs:
            raise SerError("No report was written: there is nothing to report.") from None
        return
    finally:
        progress.clear()
    found = findings(heard)
    writers: dict[str, Callable[[Findings], str]] = {
        ".html": report_html,
        ".csv": report_csv,
        ".json": lambda found: json.dumps(report_dict(found), indent=2, ensure_ascii=False) + "\n",
    }
    for out in outs:
        write_text(out, writers[out.suffix.lower()](found))
    if as_json:
        click.echo(json.dumps(report_dict(found), ensure_ascii=False))
        return
    for each in found.parties:
        click.echo(words.summary(each, each.party.name))
        for point in each.turning_points:
            click.echo(f"  {words.turning_point(point)}")
    for name, value in words.talk_lines(found):
        click.echo(f"{name}: {value}")
    for notice in heard.notices:
        click.echo(f"ser: {file}: {told.sentence(notice)}", err=True)
