"""`ser predict`: which emotion recordings sound like."""

import json
import sys
from pathlib import Path

import click

from ser_core.commands.progress import Progress
from ser_core.errors import AudioError


@click.command(
    epilog="Example:  ser predict interview.mp3 --json",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--model", metavar="NAME", help="Model that answers; `ser models` lists them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def predict(files: tuple[Path, ...], model: str | None, as_json: bool) -> None:
    """Say which emotion each FILE sounds like (WAV, MP3, OGG or FLAC).

    Exits with 1, after the rest is done, when a file cannot be read.
    """
    from ser_core.inference import load_recogniser
    from ser_core.pipeline import analyse, report_dict

    recogniser = load_recogniser(model)
    failed = False
    for file in files:
        progress = Progress(file.name)
        try:
            report = analyse(
                file,
                name=str(file),
                recogniser=recogniser,
                on_progress=progress.share,
            )
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
        heard = report.prediction
        first, second = heard.ranked[:2]
        answer = f"unsure; closest are {first[0]} and {second[0]}" if heard.unsure else heard.emotion.value
        click.echo(f"{file}: {answer} ({heard.confidence:.0%}, {report.duration_s:.1f} s)")
    if failed:
        sys.exit(1)
