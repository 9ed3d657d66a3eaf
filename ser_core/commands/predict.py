"""`ser predict`: which emotion recordings sound like."""

import json
import sys
from pathlib import Path

import click

from ser_core.claim import NO_SPEECH
from ser_core.commands.options import CHANNELS
from ser_core.commands.progress_bar import Progress
from ser_core.errors import AudioError, NoSpeechError
from ser_core.text import answer
from ser_core.text import notices as told


@click.command(
    epilog="Example:  ser predict interview.mp3 --json",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--model", metavar="NAME", help="Model to use; `ser models` lists them.")
@click.option("--channel", type=click.Choice(list(CHANNELS)), help="Hear one side of a call; both by default.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def predict(files: tuple[Path, ...], model: str | None, channel: str | None, as_json: bool) -> None:
    """Say which emotion each FILE sounds like: sound, or video with a sound track, in any usual format.

    A file in which nobody speaks, such as music or noise, gets no emotion: with --json its "speech" is false, its
    "emotion" null and its "scores" empty. Exits with 1, after the rest is done, when a file cannot be read.
    """
    from ser_core.machine import keep_arrays_on_one_core
    from ser_core.recognition.analyse import analyse, no_speech_dict, report_dict
    from ser_core.recognition.recogniser import load_recogniser

    recogniser = load_recogniser(model)
    keep_arrays_on_one_core()
    failed = False
    for file in files:
        progress = Progress(file.name)
        try:
            report = analyse(
                file,
                name=str(file),
                recogniser=recogniser,
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
        if as_json:
            click.echo(json.dumps(report_dict(report, timeline=False), ensure_ascii=False))
            continue
        click.echo(f"{file}: {answer.in_short(report.prediction.claim)}, {report.duration_s:.1f} s")
        for notice in report.notices:
            click.echo(f"ser: {file}: {told.sentence(notice)}", err=True)
    if failed:
        sys.exit(1)
