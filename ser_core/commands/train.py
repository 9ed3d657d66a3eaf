"""`ser train`: a model from corpora."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ser_core.commands.options import CorpusFolder, Names
from ser_core.commands.progress import Progress, duration
from ser_core.errors import SerError

if TYPE_CHECKING:
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
@click.option("--validation", type=Names(), help="Speakers that choose the best epoch.  [default: some, by chance]")
@click.option("--test", type=Names(), default="", help="Speakers kept apart for the figures on the card.")
def train(
    recipe: str,
    corpora: tuple[tuple[str, Path], ...],
    out: Path | None,
    epochs: int | None,
    seed: int,
    validation: tuple[str, ...] | None,
    test: tuple[str, ...],
) -> None:
    """Train RECIPE on labelled recordings and leave a model folder that `ser predict` and the app can use.

    It can be interrupted at any time; the same command goes on after the last whole epoch.
    """
    from ser_core.config import load_settings
    from ser_core.recipes import get_recipe

    chosen = get_recipe(recipe)
    if find_spec("tensorflow") is None:
        raise SerError("Training needs TensorFlow: pip install -r requirements-train.txt.")
    from ser_core.training.run import Listener
    from ser_core.training.run import train as run

    out = out or load_settings().models_dir / f"{recipe}-new"
    clips, scoring = Progress("Preparing clips"), Progress("Measuring")
    try:
        card = run(
            chosen,
            dict(corpora),
            out,
            epochs=epochs,
            seed=seed,
            validation=validation,
            test=test,
            listener=Listener(on_clip=clips, on_epoch=_Epochs(clips), on_scored=scoring),
        )
    except KeyboardInterrupt:
        click.echo("\nser: interrupted. The same command goes on after the last whole epoch.", err=True)
        sys.exit(130)
    scoring.clear()
    for part, m in card.metrics.items():
        click.echo(f"{part} speakers: UA {m['ua']:.3f}, WA {m['wa']:.3f} on {m['n']} clips")
    click.echo(f"Model {card.name} lies in {out}; its card is {out / 'README.md'}.")


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
