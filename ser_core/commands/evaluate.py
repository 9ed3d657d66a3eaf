"""`ser evaluate`: a model against a corpus, or a recipe under a protocol."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ser_core.commands.options import CorpusFolder, Names, with_knobs
from ser_core.commands.progress_bar import Progress
from ser_core.errors import SerError

if TYPE_CHECKING:
    from ser_core.metrics import Evaluation

_WORK = Path("evaluation")


@click.command(
    epilog="Example:  ser evaluate --corpus ravdess=data/ravdess --speakers 21,22 --json",
)
@click.option(
    "--corpus", "corpora", required=True, multiple=True, type=CorpusFolder(),
    help="Corpus and its folder; use `folder` for your own. Several only with --protocol.",
)  # fmt: skip
@click.option("--model", metavar="NAME", help="Model to test; `ser models` lists them.")
@click.option("--speakers", type=Names(), default="", help="Only these speakers, by their names in the corpus.")
@click.option("--protocol", metavar="NAME", help="Train and test a recipe, fold by fold, instead of testing a model.")
@click.option("--recipe", metavar="NAME", help="With --protocol: what is trained.  [default: crnn]")
@click.option("--epochs", type=click.IntRange(min=1), help="With --protocol: passes over the clips.")
@click.option("--seed", type=int, help="With --protocol: same seed, same figures.  [default: 0]")
@click.option(
    "--work", type=click.Path(path_type=Path),
    help=f"With --protocol: folder for what is trained; a second run goes on there.  [default: {_WORK}]",
)  # fmt: skip
@click.option("--fold", metavar="NAME", help="With --protocol: only this fold, so that several can run in parallel.")
@click.option("--save", is_flag=True, help="With --protocol: save the figures in the results and on the card.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(
    corpora: tuple[tuple[str, Path], ...],
    model: str | None,
    speakers: tuple[str, ...],
    protocol: str | None,
    recipe: str | None,
    epochs: int | None,
    seed: int | None,
    work: Path | None,
    fold: str | None,
    save: bool,
    as_json: bool,
) -> None:
    """Measure a model on labelled recordings: UA (mean of the recalls), WA (accuracy) and confusions.

    A figure is meaningful only for speakers that are not in the model's training data, which its card lists. With
    --protocol (ravdess-actors, nemo-speakers, tess-random, tess-actress, leave-corpus-out, ravdess-tess-random) a
    recipe is trained and tested on held-out clips, fold by fold; that takes hours and can be interrupted.
    """
    if fold and save:
        raise SerError("The figures of one fold alone are not saved: leave out --fold.")
    if protocol:
        if model or speakers:
            raise SerError(
                "A protocol trains its own models and names its own speakers: leave out --model, --speakers."
            )
        _run_protocol(protocol, recipe or "crnn", dict(corpora), work or _WORK, epochs, seed or 0, fold, save, as_json)
        return
    only_with_protocol = {
        "recipe": recipe, "epochs": epochs, "seed": seed, "work": work, "fold": fold, "save": save,
    }  # fmt: skip
    if given := [name for name, value in only_with_protocol.items() if value]:
        raise SerError(f"--{given[0]} goes with --protocol: without one a trained model is measured.")
    if len(corpora) > 1:
        raise SerError("A model is measured on one corpus at a time: give --corpus once.")
    _measure(corpora[0], model, speakers, as_json)


def _measure(corpus: tuple[str, Path], model: str | None, speakers: tuple[str, ...], as_json: bool) -> None:
    from ser_core.config import load_settings
    from ser_core.corpora import load_corpus
    from ser_core.corpora.splits import select_voices
    from ser_core.models.card import load_card
    from ser_core.models.opening import open_runner
    from ser_core.training.predictions import predict

    settings = load_settings()
    name = model or settings.model
    card = load_card(name, settings.models_dir)
    logits_of = open_runner(card, settings.models_dir / name).logits
    utterances = load_corpus(*corpus)
    if speakers:
        voices = select_voices(utterances, speakers)
        utterances = tuple(u for u in utterances if u.voice in voices)
    trained_on = {u.voice for u in utterances} & set(card.protocol["train"])
    if trained_on:
        click.echo(
            f"ser: {name} trained on {len(trained_on)} of these speakers; for them the figures flatter it.", err=True
        )
    progress = Progress(f"Listening to {corpus[0]}")
    evaluation = predict(logits_of, card.labels, utterances, progress).evaluation
    progress.clear()
    click.echo(json.dumps(evaluation.as_dict()) if as_json else as_table(evaluation))


def _run_protocol(
    protocol: str,
    recipe: str,
    corpora: dict[str, Path],
    work: Path,
    epochs: int | None,
    seed: int,
    fold: str | None,
    save: bool,
    as_json: bool,
) -> None:
    from ser_core.atomic import check_writable
    from ser_core.commands.observer import Teller
    from ser_core.config import load_settings
    from ser_core.corpora import load_corpus
    from ser_core.evaluation.cross_validation import RECORDINGS_ALONE, cross_validate
    from ser_core.evaluation.joint import results_of
    from ser_core.machine import keep_arrays_on_one_core
    from ser_core.models.measured import refresh_card
    from ser_core.models.results import RESULTS_FILE, measured_under, save_result
    from ser_core.recipes import get_recipe

    chosen = with_knobs(get_recipe(recipe), {"epochs": epochs} if epochs else {})
    models_dir = load_settings().models_dir
    if save:
        check_writable(RESULTS_FILE.parent)
        check_writable(models_dir / recipe)
    teller = Teller()
    thorough = protocol not in RECORDINGS_ALONE
    run = cross_validate([chosen], protocol, corpora, work, seed=seed, only=fold, thorough=thorough, observer=teller)
    teller.clear()
    genders = {u.voice: u.gender for corpus, folder in corpora.items() for u in load_corpus(corpus, folder)}
    # Few-shot adaptation solves thousands of small problems, over which two threads take several times as long.
    keep_arrays_on_one_core()
    results = results_of(chosen, run[recipe], protocol, corpora, seed=seed, genders=genders)
    figures = results[protocol]
    if save:
        for name, of_protocol in results.items():
            save_result(name, recipe, of_protocol)
        refresh_card(models_dir / recipe, measured_under(recipe))
    click.echo(json.dumps(figures) if as_json else _as_lines(protocol, figures))


def _as_lines(protocol: str, figures: dict[str, Any]) -> str:
    spread = "" if figures["ua_deviation"] is None else f", deviation {figures['ua_deviation']:.3f} over the folds"
    interval = figures["ua_interval"]
    lines = [
        f"{protocol}, {figures['n']} clips: UA {figures['ua']:.3f}{spread}",
        *([f"95% interval over speakers: {interval[0]:.3f} to {interval[1]:.3f}"] if interval else []),
        *(f"  {fold['held_out']}: UA {fold['ua']:.3f} on {fold['n']} clips" for fold in figures["folds"]),
        *(f"  {name}: UA {ua:.3f}" for name, ua in figures["corruptions"].items()),
        *(f"  of {name}: UA {m['ua']:.3f} on {m['n']} clips" for name, m in figures.get("corpora", {}).items()),
        *(
            f"  {name}: {m['at_rest']:.0%} surely neutral or calm, {m['emotional']:.0%} surely another emotion"
            for name, m in figures.get("unacted", {}).items()
        ),
        *(
            f"  adapted to {m['of_each']} named of each emotion: UA {m['ua_with']:.3f} instead of "
            f"{m['ua_without']:.3f} on the voices' other {m['n']} clips"
            for m in figures["few_shot"]
        ),
    ]
    return "\n".join(lines)


def as_table(evaluation: "Evaluation") -> str:
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
