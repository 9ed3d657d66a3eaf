"""`ser delivery`: how a take was spoken, and what to change."""

import json
from pathlib import Path

import click

from ser_core.labels import Emotion


@click.command(epilog="Example:  ser delivery take.wav --target angry")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--target",
    type=click.Choice([emotion.value for emotion in Emotion]),
    metavar="EMOTION",
    help="The emotion aimed for: " + ", ".join(Emotion) + ".",
)
@click.option(
    "--enrolment",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="About ten seconds of your neutral speech; values are then seen relative to your voice.",
)
@click.option("--model", metavar="NAME", help="Model that hears whether the target came across.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def delivery(file: Path, target: str | None, enrolment: Path | None, model: str | None, as_json: bool) -> None:
    """Measure how FILE was spoken: pitch, loudness, pace, pauses, voice; and say what to change.

    With a target the take is compared with how actors convey that emotion, and a model hears whether it came
    across. The advice is about how a voice sounds, not about what a person feels.
    """
    from ser_core.practice.told import tell_delivery
    from ser_core.recognition.recogniser import load_recogniser

    aim = Emotion(target) if target else None
    recogniser = load_recogniser(model) if aim else None
    content, text = tell_delivery(file, str(file), aim, recogniser, enrolment)
    click.echo(json.dumps(content, ensure_ascii=False) if as_json else text)
