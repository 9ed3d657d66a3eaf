"""`ser evaluate`: a model against a corpus, or a recipe under a protocol."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ser_core.commands.options import CorpusFolder, Names
from ser_core.commands.progress_bar import Progress, duration
from ser_core.errors import SerError
from ser_core.metrics import Evaluation

if TYPE_CHECKING:
    from ser_core.corpora.protocols import Fold
    from ser_core.training.loop import Epoch


@click.command(
    epilog="Example:  ser evaluate --corpus ravdess=data/ravdess --speakers 21,22 --json",
)
@click.option(
    "--corpus", "corpora", required=True, multiple=True, type=CorpusFolder(),
    help="Corpus and its folder; use `folder` for your own. Several only with --protocol.",
)  # fmt: skip
@click.option("--model", metavar="NAME", help="Model that answers; `ser models` lists them.")
@click.option("--speakers", type=Names(), default="", help="Only these speakers, as the corpus calls them.")
@click.option("--protocol", metavar="NAME", help="Train and test a recipe, fold by fold, instead of asking a model.")
@click.option("--recipe", default="crnn", show_default=True, help="With --protocol: what is trained.")
@click.option("--epochs", type=click.IntRange(min=1), help="With --protocol: passes over the clips.")
@click.option("--seed", type=int, default=0, show_default=True, help="With --protocol: same seed, same figures.")
@click.option(
    "--work", type=click.Path(path_type=Path), default=Path("evaluation"), show_default=True,
    help="With --protocol: folder for what is trained; a second run goes on there.",
)  # fmt: skip
@click.option("--fold", metavar="NAME", help="With --protocol: only this fold, so that several can run side by side.")
@click.option("--save", is_flag=True, help="With --protocol: keep the figures: in the results, on the card.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(
    corpora: tuple[tuple[str, Path], ...],
    model: str | None,
    speakers: tuple[str, ...],
    protocol: str | None,
    recipe: str,
    epochs: int | None,
    seed: int,
    work: Path,
    fold: str | None,
    save: bool,
    as_json: bool,
) -> None:
    """Measure a model on labelled recordings: UA (mean of the recalls), WA (accuracy) and confusions.

    A figure means something only for speakers that the model has not trained on: its card names those. With
    --protocol (ravdess-actors, nemo-speakers, tess-random, tess-actress, leave-corpus-out, ravdess-tess-random) a
    recipe is trained and tested on held-out clips, fold by fold; that takes hours and can be interrupted.
    """
    if protocol:
        if model or speakers:
            raise SerError(
                "A protocol trains its own models and names its own speakers: leave out --model, --speakers."
            )
        _run_protocol(protocol, recipe, dict(corpora), work, epochs, seed, fold, save, as_json)
        return
    if len(corpora) > 1:
        raise SerError("A model is measured on one corpus at a time: give --corpus once.")
    _measure(corpora[0], model, speakers, as_json)


def _measure(corpus: tuple[str, Path], model: str | None, speakers: tuple[str, ...], as_json: bool) -> None:
    from ser_core.corpora import load_corpus
    from ser_core.corpora.splits import select_voices
    from ser_core.recognition.recogniser import load_recogniser
    from ser_core.recognition.scoring import score

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
    from ser_core.config import load_settings
    from ser_core.corpora import load_corpus
    from ser_core.models.results import current_commit, measured_under, save_result
    from ser_core.recipes import Recipe, get_recipe

    chosen = get_recipe(recipe)
    if not isinstance(chosen, Recipe):
        raise SerError(f"{recipe} is a classic recipe: `ser compare` measures those.")
    if find_spec("tensorflow") is None:
        raise SerError("Training needs TensorFlow: pip install -r requirements-train.txt.")
    from ser_core.evaluation.cross_validation import Listener, cross_validate
    from ser_core.evaluation.summary import summarise
    from ser_core.models.measured import refresh_card
    from ser_core.recipes.identity import recipe_id

    clips = Progress("Preparing clips")
    teller = _Teller()
    folds = cross_validate(
        chosen,
        protocol,
        corpora,
        work,
        epochs=epochs,
        seed=seed,
        only=fold,
        listener=Listener(on_clip=clips, on_fold=teller.fold, on_epoch=teller.epoch),
    )
    genders = {u.voice: u.gender for corpus, folder in corpora.items() for u in load_corpus(corpus, folder)}
    figures = summarise(folds, genders=genders, seed=seed) | {
        "trained_with": sorted(corpora),
        "epochs": epochs or chosen.epochs,
        "recipe_id": recipe_id(chosen),
        "seed": seed,
        "commit": current_commit(),
    }
    if save and fold:
        raise SerError("The figures of one fold alone are not saved: leave out --fold.")
    if save:
        save_result(protocol, recipe, figures)
        refresh_card(load_settings().models_dir / recipe, measured_under(recipe))
    click.echo(json.dumps(figures) if as_json else _as_lines(protocol, figures))


class _Teller:
    """A line on stderr for each fold and each epoch."""

    def fold(self, fold: "Fold", number: int, total: int) -> None:
        click.echo(f"Fold {number} of {total}: {fold.name} is held out, {len(fold.test)} clips", err=True)

    def epoch(self, epoch: "Epoch", total: int) -> None:
        left_s = epoch.seconds * (total - epoch.number)
        click.echo(f"  epoch {epoch.number} of {total}: loss {epoch.loss:.3f}, {duration(left_s)} left", err=True)


def _as_lines(protocol: str, figures: dict[str, Any]) -> str:
    spread = "" if figures["ua_deviation"] is None else f", deviation {figures['ua_deviation']:.3f} over the folds"
    interval = figures["ua_interval"]
    lines = [
        f"{protocol}, {figures['n']} clips: UA {figures['ua']:.3f}{spread}",
        *([f"95% interval over speakers: {interval[0]:.3f} to {interval[1]:.3f}"] if interval else []),
        *(f"  {fold['held_out']}: UA {fold['ua']:.3f} on {fold['n']} clips" for fold in figures["folds"]),
        *(f"  under {name}: UA {ua:.3f}" for name, ua in figures["under"].items()),
        *(
            f"  taught by {m['of_each']} of each emotion: UA {m['ua_with']:.3f} instead of {m['ua_without']:.3f} on "
            f"the voices' other {m['n']} clips"
            for m in figures["taught"]
        ),
    ]
    return "\n".join(lines)


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
