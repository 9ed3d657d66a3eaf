"""`ser train`: a model from corpora."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ser_core.commands.options import CorpusFolder, Names
from ser_core.commands.progress_bar import Progress, duration
from ser_core.errors import SerError

if TYPE_CHECKING:
    from ser_core.models.card import Card
    from ser_core.recipes import ClassicRecipe, Recipe
    from ser_core.training.classic import ClassicOptions
    from ser_core.training.classic_models import FitEpoch
    from ser_core.training.loop import Epoch


@click.command(
    epilog="Example:  ser train crnn --corpus ravdess=data/ravdess --test 17,18,19,20 --out models/mine",
)
@click.argument("recipe")
@click.option(
    "--corpus", "corpora", required=True, multiple=True, type=CorpusFolder(),
    help="A corpus and its folder; may be given several times. Use `folder` for your own recordings.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the new model.  [default: models/RECIPE-new]")
@click.option("--epochs", type=click.IntRange(min=1), help="Passes over the clips, instead of the recipe's.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same model.")
@click.option("--validation", type=Names(), help="Speakers that choose and calibrate.  [default: some, by chance]")
@click.option("--test", type=Names(), default="", help="Speakers kept apart for the figures on the card.")
@click.option(
    "--everyone", is_flag=True,
    help="Not for classic recipes: all speakers train; calibration and figures are those saved by `ser evaluate`.",
)  # fmt: skip
@click.option("--random-test", is_flag=True, help="Classic recipes: test on random clips of all voices; this flatters.")
@click.option(
    "--augment", type=Names(), metavar="A,B",
    help="Classic recipes: noise, stretch, shift, pitch: a copy of each training clip with each.",
)  # fmt: skip
@click.option("--noise", "noise_dir", type=click.Path(path_type=Path), help="Folder of noises, as MS-SNSD has them.")
@click.option("--pca", type=click.IntRange(min=1), metavar="N", help="Classic recipes: take N principal components.")
@click.option(
    "--select", type=click.IntRange(min=1), metavar="N",
    help="Classic recipes: keep the N best values, by recursive feature elimination.",
)  # fmt: skip
def train(
    recipe: str,
    corpora: tuple[tuple[str, Path], ...],
    out: Path | None,
    epochs: int | None,
    seed: int,
    validation: tuple[str, ...] | None,
    test: tuple[str, ...],
    everyone: bool,
    random_test: bool,
    augment: tuple[str, ...] | None,
    noise_dir: Path | None,
    pca: int | None,
    select: int | None,
) -> None:
    """Train RECIPE (`ser recipes` lists them) on labelled recordings and leave a model folder.

    It can be interrupted at any time; the same command goes on after the last whole epoch, or, for a classic
    recipe, with the features already made.
    """
    from ser_core.config import load_settings
    from ser_core.recipes import ClassicRecipe, get_recipe

    chosen = get_recipe(recipe)
    if find_spec("tensorflow") is None:
        raise SerError("Training needs TensorFlow: pip install -r requirements-train.txt.")
    out = out or load_settings().models_dir / f"{recipe}-new"
    classic_only = {
        "--random-test": random_test, "--augment": augment, "--noise": noise_dir, "--pca": pca, "--select": select,
    }  # fmt: skip
    try:
        if isinstance(chosen, ClassicRecipe):
            from ser_core.training.classic import ClassicOptions as Options

            if everyone:
                raise SerError("--everyone is not for classic recipes: `ser compare` measures those.")
            options = Options(augment, noise_dir, pca, select, epochs)
            card = _train_classic(chosen, dict(corpora), out, options, seed, validation, test, random_test)
        elif given := [name for name, value in classic_only.items() if value]:
            raise SerError(f"{given[0]} is for classic recipes; {recipe} has disturbed copies of its own.")
        else:
            card = _train_network(chosen, dict(corpora), out, epochs, seed, validation, test, everyone)
    except KeyboardInterrupt:
        click.echo("\nser: interrupted. The same command goes on after the last whole epoch.", err=True)
        sys.exit(130)
    for part, m in card.metrics.items():
        click.echo(f"{card.title_of(part)}: UA {m['ua']:.3f}, WA {m['wa']:.3f} on {m['n']} clips")
    click.echo(f"Model {card.name} lies in {out}; its card is {out / 'README.md'}.")


def _train_network(
    recipe: "Recipe",
    corpora: dict[str, Path],
    out: Path,
    epochs: int | None,
    seed: int,
    validation: tuple[str, ...] | None,
    test: tuple[str, ...],
    everyone: bool,
) -> "Card":
    from ser_core.models.results import measured_under
    from ser_core.training.run import Listener
    from ser_core.training.run import train as run

    clips, scoring = Progress("Preparing clips"), Progress("Measuring")
    listener = Listener(on_clip=clips, on_epoch=_Epochs(clips), on_scored=scoring)
    card = run(
        recipe,
        corpora,
        out,
        epochs=epochs,
        seed=seed,
        validation=validation,
        test=test,
        measured=measured_under(recipe.name) if everyone else None,
        listener=listener,
    )
    scoring.clear()
    return card


def _train_classic(
    recipe: "ClassicRecipe",
    corpora: dict[str, Path],
    out: Path,
    options: "ClassicOptions",
    seed: int,
    validation: tuple[str, ...] | None,
    test: tuple[str, ...],
    random_test: bool,
) -> "Card":
    from ser_core.training.classic import ClassicListener, train_classic

    clips = Progress("Measuring clips")

    def tell(epoch: "FitEpoch", total: int) -> None:
        clips.clear()
        click.echo(
            f"Epoch {epoch.number} of {total}: loss {epoch.loss:.3f}, training accuracy {epoch.accuracy:.3f}", err=True
        )

    card = train_classic(
        recipe,
        corpora,
        out,
        options=options,
        seed=seed,
        validation=validation,
        test=test,
        random_test=random_test,
        listener=ClassicListener(on_clip=clips, on_epoch=tell),
    )
    clips.clear()
    return card


class _Epochs:
    """Prints a line an epoch on stderr: loss, validation UA and the time that is left."""

    def __init__(self, clips: Progress) -> None:
        self._clips = clips
        self._seconds: list[float] = []

    def __call__(self, epoch: "Epoch", total: int) -> None:
        self._clips.clear()
        self._seconds.append(epoch.seconds)
        left_s = sum(self._seconds) / len(self._seconds) * (total - epoch.number)
        ua = "" if epoch.validation_ua is None else f", validation UA {epoch.validation_ua:.3f}"
        click.echo(f"Epoch {epoch.number} of {total}: loss {epoch.loss:.3f}{ua}, {duration(left_s)} left", err=True)
