"""`ser evaluate`: a model against a corpus."""

import json
from pathlib import Path

import click

from ser_core.commands.options import CorpusFolder, Names
from ser_core.commands.progress import Progress
from ser_core.evaluation import Evaluation


@click.command(
    epilog="Example:  ser evaluate --corpus ravdess=data/ravdess --speakers 21,22 --json",
)
@click.option("--corpus", required=True, type=CorpusFolder(), help="Corpus and its folder; use `folder` for your own.")
@click.option("--model", metavar="NAME", help="Model that answers; `ser models` lists them.")
@click.option("--speakers", type=Names(), default="", help="Only these speakers, as the corpus calls them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(corpus: tuple[str, Path], model: str | None, speakers: tuple[str, ...], as_json: bool) -> None:
    """Measure a model on labelled recordings: UA (mean of the recalls), WA (accuracy) and confusions.

    A figure means something only for speakers that the model has not trained on: its card names those.
    """
    from ser_core.corpora import load_corpus
    from ser_core.corpora.splits import select_voices
    from ser_core.inference import load_recogniser
    from ser_core.scoring import score

    recogniser = load_recogniser(model)
    utterances = load_corpus(*corpus)
    if speakers:
        voices = select_voices(utterances, speakers)
        utterances = tuple(u for u in utterances if u.voice in voices)
    trained_on = {u.voice for u in utterances} & set(recogniser.card.protocol["train"])
    if trained_on:
        click.echo(
            f"ser: {recogniser.name} trained on {len(trained_on)} of these speakers; for them the figures flatter it.",
            err=True,
        )
    progress = Progress(f"Listening to {corpus[0]}")
    evaluation = score(recogniser, utterances, progress).evaluation
    progress.clear()
    click.echo(json.dumps(evaluation.as_dict()) if as_json else as_table(evaluation))


def as_table(evaluation: Evaluation) -> str:
    """The figures and the confusion matrix as text: a row is what was acted, a column what was answered."""
    lines = [
        f"{evaluation.n} clips: UA {evaluation.ua:.3f}, WA {evaluation.wa:.3f}, macro F1 {evaluation.macro_f1:.3f}",
        "",
        "acted \\ answered".ljust(18) + "".join(f"{label.value[:9]:>10}" for label in evaluation.labels) + "    recall",
    ]
    for label, row in zip(evaluation.labels, evaluation.confusion, strict=True):
        if label in evaluation.recall:
            counts = "".join(f"{count:>10}" for count in row)
            lines.append(f"{label.value:<18}{counts}{evaluation.recall[label]:>10.2f}")
    return "\n".join(lines)
