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
    from ser_core.adaptation.enrolment import enrol
    from ser_core.audio import read_clip, read_recording
    from ser_core.dsp.conditioning import condition
    from ser_core.practice.delivery import MAX_DURATION_S, delivery_text, judge_delivery
    from ser_core.prosody import measure_prosody
    from ser_core.recognition.analyse import analyse, report_dict
    from ser_core.recognition.recogniser import load_recogniser
    from ser_core.text.outcome import outcome, outcome_sentence

    aim = Emotion(target) if target else None
    recogniser = load_recogniser(model) if aim else None
    neutral_clip = read_clip(enrolment) if enrolment else None
    own = enrol(neutral_clip) if neutral_clip else None
    read = read_recording(file, max_duration_s=MAX_DURATION_S)
    result = judge_delivery(measure_prosody(read.clip), aim, own)
    content = {"file": str(file), **result.to_dict(), "outcome": None, "target_probability": None, "heard": None}
    text = delivery_text(result)
    if aim and recogniser:
        neutral = recogniser.enrol(condition(neutral_clip)) if neutral_clip else None
        report = analyse(read, name=file.name, recogniser=recogniser, neutral=neutral)
        heard = report.prediction
        told = report_dict(report, timeline=False)
        content |= {
            "outcome": outcome(heard.claim, aim).value,
            "target_probability": told["scores"].get(aim.value),
            "heard": {key: told[key] for key in ("model", "emotion", "confidence", "unsure", "pair", "scores")},
        }
        text = f"{outcome_sentence(heard.claim, aim, heard.scores.get(aim))}\n\n{text}"
    click.echo(json.dumps(content, ensure_ascii=False) if as_json else text)
