"""`ser models`: the trained models."""

import json

import click


@click.command(epilog="Example:  ser models")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def models(as_json: bool) -> None:
    """List the trained models with their emotions and measured figures."""
    from ser_core.config import load_settings
    from ser_core.models.card import load_card
    from ser_core.models.listing import listed

    settings = load_settings()
    found = listed(settings)
    if not found and not as_json:
        click.echo(f"No model in {settings.models_dir}. `ser train crnn --help` explains how to make one.")
    for facts in found:
        if as_json:
            click.echo(json.dumps(facts))
            continue
        card = load_card(facts["name"], settings.models_dir)
        click.echo(f"{facts['name']}{' (default)' if facts['default'] else ''}: {card.summary}")
        click.echo(f"  emotions: {', '.join(card.labels)}")
        for part, m in card.metrics.items():
            click.echo(f"  {card.title_of(part)}: UA {m['ua']:.3f}, WA {m['wa']:.3f} on {m['n']} clips")
