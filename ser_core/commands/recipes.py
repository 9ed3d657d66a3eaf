"""`ser recipes`: what can be trained."""

import click


@click.command(epilog="Example:  ser recipes")
def recipes() -> None:
    """List the recipes that `ser train` takes, with where each comes from."""
    from ser_core.recipes import recipes as known

    for recipe in known():
        click.echo(f"{recipe.name}: {recipe.summary} (from {recipe.source})")
