"""`ser train`: trains a model on corpora."""

import sys
from pathlib import Path
from typing import Any

import click

from ser_core.commands.options import CorpusFolder, Names, with_knobs


@click.command(
    epilog="Example:  ser train crnn --corpus ravdess=data/ravdess --test 17,18,19,20 --out models/mine",
)
@click.argument("recipe")
@click.option(
    "--corpus", "corpora", required=True, multiple=True, type=CorpusFolder(),
    help="A corpus and its folder; may be given several times. Use `folder` for your own recordings.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the new model.  [default: models/RECIPE-new]")
@click.option("--epochs", type=click.IntRange(min=1), help="Epochs, instead of the recipe's.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same model.")
@click.option(
    "--validation",
    type=Names(),
    help="Speakers for choosing the epoch and for calibration.  [default: some, at random]",
)
@click.option("--test", type=Names(), default="", help="Speakers held out for the figures on the card.")
@click.option(
    "--everyone", is_flag=True,
    help="Train on all speakers; calibration and figures are those saved by `ser evaluate --protocol`.",
)  # fmt: skip
@click.option("--random-test", is_flag=True, help="Test on random clips of all voices, which inflates the figures.")
@click.option(
    "--augment", type=Names(), metavar="A,B",
    help="Classic recipes: noise, stretch, shift, pitch: adds one copy of each training clip for each.",
)  # fmt: skip
@click.option(
    "--noise", "noise_dir", type=click.Path(path_type=Path), help="Folder of noises in the layout of MS-SNSD."
)
@click.option("--pca", type=click.IntRange(min=1), metavar="N", help="Classic recipes: use N principal components.")
@click.option(
    "--select", type=click.IntRange(min=1), metavar="N",
    help="Classic recipes: keep the N best values, by recursive feature elimination.",
)  # fmt: skip
def train(
    recipe: str,
    corpora: tuple[tuple[str, Path], ...],
    out: Path | None,
    seed: int,
    validation: tuple[str, ...] | None,
    test: tuple[str, ...],
    everyone: bool,
    random_test: bool,
    **knobs: Any,
) -> None:
    """Train RECIPE (`ser recipes` lists them) on labelled recordings and write a model folder.

    It can be interrupted at any time; the same command resumes after the last complete epoch, or, for a classic recipe,
    with the features already computed.
    """
    from ser_core.commands.observer import Teller
    from ser_core.config import load_settings
    from ser_core.models.results import measured_under
    from ser_core.recipes import get_recipe
    from ser_core.training.train import train as run

    chosen = with_knobs(get_recipe(recipe), {name: value for name, value in knobs.items() if value})
    out = out or load_settings().models_dir / f"{recipe}-new"
    teller = Teller()
    try:
        card = run(
            chosen,
            dict(corpora),
            out,
            seed=seed,
            validation=validation,
            test=test,
            random_test=random_test,
            measured=measured_under(recipe) if everyone else None,
            observer=teller,
        )
    except KeyboardInterrupt:
        click.echo("\nser: interrupted. The same command resumes where this one stopped.", err=True)
        sys.exit(130)
    teller.clear()
    for part, m in card.metrics.items():
        click.echo(f"{card.title_of(part)}: UA {m['ua']:.3f}, WA {m['wa']:.3f} on {m['n']} clips")
    click.echo(f"Model {card.name} is in {out}; its card is {out / 'README.md'}.")
