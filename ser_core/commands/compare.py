"""`ser compare`: recipes side by side under a protocol."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from ser_core.commands.options import CorpusFolder, Names, with_knobs


@click.command(
    epilog="Example:  ser compare --protocol tess-random --corpus tess=data/tess --recipes lstm-tess,svm --jobs 2",
)
@click.option("--protocol", required=True, metavar="NAME", help="How clips are split; see `ser evaluate --help`.")
@click.option(
    "--corpus", "corpora", required=True, multiple=True, type=CorpusFolder(),
    help="A corpus and its folder; may be given several times.",
)  # fmt: skip
@click.option(
    "--recipes", "names", type=Names(), default="", help="Recipes to compare.  [default: every classic recipe]"
)
@click.option("--epochs", type=click.IntRange(min=1), help="Epochs of the networks, instead of the recipes' own.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same figures.")
@click.option("--jobs", type=click.IntRange(min=1), help="Folds trained in parallel.  [default: one per core]")
@click.option(
    "--work", type=click.Path(path_type=Path), default=Path("comparison"), show_default=True,
    help="Folder for trained models; a second run resumes there.",
)  # fmt: skip
@click.option("--results", type=click.Path(path_type=Path), help="Results file to which the figures are added.")
def compare(
    protocol: str,
    corpora: tuple[tuple[str, Path], ...],
    names: tuple[str, ...],
    epochs: int | None,
    seed: int,
    jobs: int | None,
    work: Path,
    results: Path | None,
) -> None:
    """Train and test recipes under a protocol, several folds at a time, and print a table.

    It can be interrupted; the same command resumes with the folds that are not done. With --results, the figures are
    added to a file with those of other protocols and recipes.
    """
    from ser_core.atomic import check_writable
    from ser_core.commands.observer import Teller
    from ser_core.evaluation.cross_validation import cross_validate
    from ser_core.evaluation.summary import result_of
    from ser_core.models.results import load_results, save_result
    from ser_core.recipes import ClassicRecipe, get_recipe
    from ser_core.recipes import recipes as known

    if results:
        check_writable(results.parent)
        load_results(results)
    chosen = [get_recipe(name) for name in dict.fromkeys(names)] or [r for r in known() if isinstance(r, ClassicRecipe)]
    if epochs:
        chosen = [with_knobs(recipe, {"epochs": epochs}) if hasattr(recipe, "epochs") else recipe for recipe in chosen]
    teller = Teller()
    try:
        runs = cross_validate(
            chosen, protocol, dict(corpora), work, seed=seed, jobs=jobs or os.cpu_count() or 1, observer=teller
        )
    except KeyboardInterrupt:
        click.echo("\nser: interrupted. The same command resumes with the folds that are not done.", err=True)
        sys.exit(130)
    teller.clear()
    measured = {
        recipe.name: result_of(recipe, runs[recipe.name], dict(corpora), seed=seed, adaptation=False)
        for recipe in chosen
    }
    for name, figures in measured.items():
        if results:
            save_result(protocol, name, figures, results)
    click.echo(as_table(protocol, measured))


def as_table(protocol: str, measured: dict[str, dict[str, Any]]) -> str:
    """The recipes as a table in text, best first."""
    lines = [f"{protocol}", f"{'recipe':<16}{'UA':>8}{'WA':>8}{'F1':>8}{'clips':>8}{'train s':>9}{'MB':>8}{'ms':>8}"]
    for name, m in sorted(measured.items(), key=lambda item: -item[1]["ua"]):
        seconds = "unknown" if m["training_s"] is None else f"{m['training_s']:.1f}"
        lines.append(
            f"{name:<16}{m['ua']:>8.3f}{m['wa']:>8.3f}{m['macro_f1']:>8.3f}{m['n']:>8}"
            f"{seconds:>9}{m['size_mb']:>8.2f}{m['latency_ms']:>8.2f}"
        )
    return "\n".join(lines)
