"""Puts figures measured under protocols on the card of a model that was trained on all speakers."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ser_core.atomic import write_text
from ser_core.models.card import CARD_FILE, PAGE_FILE, AnyCard, Calibration, EnrolmentUse, digests, load_card, save_card
from ser_core.models.readme import model_readme

# The protocol whose folds calibrate a model that all speakers train, and those whose figures its card shows.
CALIBRATING = "ravdess-actors"
# Where all corpora train together, their folds together do.
JOINT = "joint-speakers"
SHOWN = (
    JOINT,
    "ravdess-actors",
    "crema-d-actors",
    "nemo-speakers",
    "emovo-speakers",
    "tess-actress",
    "leave-corpus-out",
)

Measured = Mapping[str, Mapping[str, Any]]


def with_measured(card: AnyCard, measured: Measured) -> AnyCard:
    """The card with these figures by protocol (`results.measured_under`), and calibrated by those of `calibrating`."""
    return replace(_shown(card, measured), calibration=_calibration_of(measured[calibrating(measured)]))


def calibrating(measured: Measured) -> str:
    """The protocol whose folds calibrate a model that all speakers train."""
    return JOINT if JOINT in measured else CALIBRATING


def refresh_card(folder: Path, measured: Measured) -> AnyCard | None:
    """Puts what was measured since on the card of the model in `folder`, where all speakers trained it.

    Figures of another state of the recipe than the model's say nothing about it and are left out, and the confidences
    stay calibrated as they are. Returns the new card, or None where there is no such model.
    Raises ModelError when the card cannot be read.
    """
    if not (folder / CARD_FILE).exists():
        return None
    card = load_card(folder.name, folder.parent)
    if not any(f"protocol {name}" in card.metrics for name in (JOINT, CALIBRATING)):
        return None
    its_own = {name: m for name, m in measured.items() if m.get("recipe_id") == card.training.get("recipe_id")}
    return write_card(_shown(card, its_own), folder)


def write_card(card: AnyCard, folder: Path) -> AnyCard:
    """Leaves card.json and the README.md made from it in `folder`; returns the card with that page's digest."""
    write_text(folder / PAGE_FILE, model_readme(card))
    card = replace(card, files=dict(card.files) | digests(folder, PAGE_FILE))
    save_card(card, folder)
    return card


def _shown(card: AnyCard, measured: Measured) -> AnyCard:
    new = {f"protocol {name}": figures for name, figures in measured.items()}
    known = dict(card.metrics) | new
    return replace(card, metrics={part: known[part] for name in SHOWN if (part := f"protocol {name}") in known})


def _calibration_of(figures: Mapping[str, Any]) -> Calibration:
    """Temperature, threshold and use of the own voice as fitted on the answers of all folds of a protocol."""
    own = figures["enrolment"]
    return Calibration(
        figures["temperature"],
        figures["unsure_below"],
        EnrolmentUse(own["strength"], tuple(own["neutral_logits"])) if own and own["strength"] else None,
        figures["pair_below"],
    )
