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
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="About ten seconds of your neutral speech; values are then seen relative to your voice.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def delivery(file: Path, target: str | None, baseline: Path | None, as_json: bool) -> None:
    """Measure how FILE was spoken: pitch, loudness, pace, pauses, voice; and say what to change.

    With a target the take is compared with how actors convey that emotion. The advice is about how a voice
    sounds, not about what a person feels.
    """
    from ser_core.audio import read_clip
    from ser_core.baseline import compute_baseline
    from ser_core.delivery import delivery as judge
    from ser_core.delivery import delivery_text

    own = compute_baseline(read_clip(baseline)) if baseline else None
    result = judge(read_clip(file), Emotion(target) if target else None, own)
    if as_json:
        click.echo(json.dumps({"file": str(file), **result.to_dict()}, ensure_ascii=False))
    else:
        click.echo(delivery_text(result))
