"""`ser models`: the trained models."""

import json

import click


@click.command(epilog="Example:  ser models")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def models(as_json: bool) -> None:
    """List the trained models with their emotions and measured figures."""
    from ser_core.config import load_settings
    from ser_core.models.card import list_models, load_card

    settings = load_settings()
    names = list_models(settings.models_dir)
    if not names and not as_json:
        click.echo(f"No model in {settings.models_dir}. `ser train crnn --help` explains how to make one.")
    for name in names:
        card = load_card(name, settings.models_dir)
        if as_json:
            facts = {
                "name": name,
                "default": name == settings.model,
                "summary": card.summary,
                "labels": [label.value for label in card.labels],
                "window_s": getattr(card, "window_s", None) or getattr(card, "chunk_s", None),
                "metrics": {part: {"n": m["n"], "ua": m["ua"], "wa": m["wa"]} for part, m in card.metrics.items()},
            }
            click.echo(json.dumps(facts))
            continue
        click.echo(f"{name}{' (default)' if name == settings.model else ''}: {card.summary}")
        click.echo(f"  emotions: {', '.join(card.labels)}")
        for part, m in card.metrics.items():
            click.echo(f"  {card.title_of(part)}: UA {m['ua']:.3f}, WA {m['wa']:.3f} on {m['n']} clips")
