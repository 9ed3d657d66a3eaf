"""The trained models, as `ser models --json` and the HTTP interface list them."""

from typing import Any

from ser_core.config import Settings
from ser_core.models.card import list_models, load_card


def listed(settings: Settings) -> list[dict[str, Any]]:
    """Each model as plain values, by name. Raises ModelError for a card that cannot be read."""
    models = []
    for name in list_models(settings.models_dir):
        card = load_card(name, settings.models_dir)
        models.append(
            {
                "name": name,
                "default": name == settings.model,
                "summary": card.summary,
                "labels": [label.value for label in card.labels],
                "window_s": getattr(card, "window_s", None) or getattr(card, "chunk_s", None),
                "metrics": {part: {"n": m["n"], "ua": m["ua"], "wa": m["wa"]} for part, m in card.metrics.items()},
            }
        )
    return models
