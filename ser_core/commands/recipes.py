"""`ser recipes`: the models that can be trained."""

import click


@click.command(epilog="Example:  ser recipes")
def recipes() -> None:
    """List the recipes for `ser train`, with their sources."""
    from ser_core.recipes import recipes as known

    for recipe in known():
        click.echo(f"{recipe.name}: {recipe.summary} (from {recipe.source})")
