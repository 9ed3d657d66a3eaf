"""`ser predict`: which emotion recordings sound like."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ser_core.claim import NO_SPEECH
from ser_core.commands.options import CHANNELS, Labelled
from ser_core.commands.progress_bar import Progress
from ser_core.errors import AudioError, ModelError, NoSpeechError
from ser_core.labels import Emotion
from ser_core.text import answer
from ser_core.text import notices as told

if TYPE_CHECKING:
    from ser_core.adaptation.few_shot import Adaptation
    from ser_core.recognition.recogniser import Recogniser


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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def predict(
    files: tuple[Path, ...],
    model: str | None,
    channel: str | None,
    labelled: tuple[tuple[Path, Emotion], ...],
    as_json: bool,
) -> None:
    """Say which emotion each FILE sounds like: sound, or video with a sound track, in any usual format.

    A file in which nobody speaks, such as music or noise, gets no emotion: with --json its "speech" is false, its
    "emotion" null and its "scores" empty. Exits with 1, after the rest is done, when a file cannot be read.
    """
    from ser_core.adaptation.few_shot import adapted
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
        if adaptation:
            report = adapted(report, adaptation, recogniser.card)
        if as_json:
            click.echo(json.dumps(report_dict(report, timeline=False), ensure_ascii=False))
            continue
        click.echo(f"{file}: {answer.in_short(report.prediction.claim)}, {report.duration_s:.1f} s")
        for notice in report.notices:
            click.echo(f"ser: {file}: {told.sentence(notice)}", err=True)
    if failed:
        sys.exit(1)


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
