"""How models compare, what they confuse, and how they learned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sequential

from ser_core.figures.style import LEGEND_BELOW, NEUTRAL_COLOUR, SOUND_COLOUR, picture, plain, titled
from ser_core.language import _

_BAR_HEIGHT = 44
_CELL = 46
# Written differently from the placeholder colours of Streamlit's theme, which it would replace.
_VIRIDIS = ["rgb(68, 1, 84)", *sequential.Viridis[1:]]
# Cells brighter than this, as a share of the row, need dark text.
_DARK_LETTERS_FROM = 0.55


@dataclass(frozen=True)
class Compared:
    """A recipe under two protocols; a figure is None if it was not measured.

    Attributes:
        name: name of the recipe.
        honest: UA on unseen voices, in [0, 1].
        customary: UA on a random split, whose voices are in the training data, in [0, 1].
    """

    name: str
    honest: float | None
    customary: float | None


def protocol_bars(rows: Sequence[Compared]) -> go.Figure:
    """Two bars per recipe, the best on unseen voices on top: solid for unseen voices, hatched for the random split.

    Raises ValueError when there is no row.
    """
    if not rows:
        raise ValueError("There is no recipe to draw.")
    ranked = sorted(rows, key=lambda row: (row.honest or 0.0, row.customary or 0.0))
    kinds = (
        (_("also in the training data"), [row.customary for row in ranked], NEUTRAL_COLOUR, "/"),
        (_("unseen in training"), [row.honest for row in ranked], SOUND_COLOUR, ""),
    )
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "x": [None if share is None else 100 * share for share in shares],
            "y": [plain(row.name) for row in ranked],
            "text": ["" if share is None else f"{100 * share:.0f}" for share in shares],
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {
                "color": colour,
                "line": {"color": colour, "width": 1},
                "pattern": {"shape": shape, "size": 6, "solidity": 0.35},
            },
            "hovertemplate": f"%{{y}}: %{{x:.1f}}%, {_('voices {kind}', kind=name)}<extra></extra>",
        }
        for name, shares, colour, shape in kinds
    ]
    layout = {
        "xaxis": {"title": titled(_("UA: mean of the recalls (%)")), "range": [0, 108], "fixedrange": True},
        "yaxis": {"fixedrange": True, "showgrid": False},
        "barmode": "group",
        "bargap": 0.25,
        "legend": LEGEND_BELOW | {"title": {"text": _("Voices")}, "traceorder": "reversed"},
        "margin": {"l": 4, "r": 8, "t": 34, "b": 70},
    }
    return picture(bars, layout, height=150 + _BAR_HEIGHT * len(ranked), description=_bars_description(ranked[::-1]))


def confusion_picture(labels: Sequence[str], confusion: Sequence[Sequence[int]]) -> go.Figure:
    """Counts of acted emotions (rows) and answers (columns), coloured by their share of the row."""
    counts = np.asarray(confusion, dtype=np.int64)
    acted = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(acted, 1)
    names = [_(label).capitalize() for label in labels]
    heat_map = {
        "type": "heatmap",
        "x": names,
        "y": names,
        "z": np.round(100 * shares, 1),
        "zmin": 0,
        "zmax": 100,
        "colorscale": _VIRIDIS,
        "colorbar": {"title": {"text": _("of acted clips (%)")}, "thickness": 12},
        "customdata": counts,
        "hovertemplate": _("%{y} was answered as %{x}: %{customdata} clips, %{z:.0f}%") + "<extra></extra>",
        "xgap": 1,
        "ygap": 1,
    }
    letters = [
        {
            "x": names[column],
            "y": names[row],
            "text": str(counts[row, column]),
            "showarrow": False,
            "font": {"color": "#000000" if shares[row, column] > _DARK_LETTERS_FROM else "#FFFFFF"},
        }
        for row in range(len(names))
        for column in range(len(names))
    ]
    layout = {
        "xaxis": {"title": titled(_("Answered")), "side": "bottom", "fixedrange": True, "tickangle": -45},
        "yaxis": {"title": titled(_("Acted")), "autorange": "reversed", "fixedrange": True, "showgrid": False},
        "annotations": letters,
    }
    return picture(
        [heat_map], layout, height=150 + _CELL * len(names), description=_confusion_description(names, counts)
    )


def training_curves(history: Sequence[Mapping[str, float]]) -> go.Figure:
    """Loss and training accuracy of each epoch, from entries with "loss" and "accuracy"."""
    epochs = list(range(1, len(history) + 1))
    losses = [entry["loss"] for entry in history]
    accuracies = [100 * entry["accuracy"] for entry in history]
    lines: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines", "x": epochs, "y": losses, "name": _("loss"),
            "line": {"color": NEUTRAL_COLOUR, "width": 2, "dash": "dash"},
            "hovertemplate": _("epoch %{x}: loss %{y:.3f}") + "<extra></extra>",
        },
        {
            "type": "scatter", "mode": "lines", "x": epochs, "y": accuracies, "name": _("training accuracy"),
            "yaxis": "y2", "line": {"color": SOUND_COLOUR, "width": 2},
            "hovertemplate": _("epoch %{x}: %{y:.1f}% of the training clips right") + "<extra></extra>",
        },
    ]  # fmt: skip
    layout = {
        "xaxis": {"title": titled(_("Epoch"))},
        "yaxis": {"title": titled(_("Loss")), "rangemode": "tozero"},
        "yaxis2": {
            "title": titled(_("Training accuracy (%)")), "overlaying": "y", "side": "right", "range": [0, 102],
            "tickvals": [0, 25, 50, 75, 100], "showgrid": False,
        },
        "legend": LEGEND_BELOW,
        "margin": {"l": 4, "r": 8, "t": 34, "b": 70},
    }  # fmt: skip
    description = _(
        "Training over {epochs} epochs: the loss goes from {loss:.2f} to {last_loss:.2f}, the accuracy on the training "
        "clips from {accuracy:.0f} to {last_accuracy:.0f} per cent.",
        epochs=len(history),
        loss=losses[0],
        last_loss=losses[-1],
        accuracy=accuracies[0],
        last_accuracy=accuracies[-1],
    )
    return picture(lines, layout, height=320, description=description)


def _bars_description(ranked: Sequence[Compared]) -> str:
    def said(share: float | None) -> str:
        return _("not measured") if share is None else _("{share:.0f} per cent", share=100 * share)

    told = "; ".join(f"{row.name} {said(row.honest)}, {said(row.customary)}" for row in ranked)
    return _(
        "Mean recall of each recipe on unseen voices, and on voices that are also in the training data: {recipes}.",
        recipes=told,
    )


def _confusion_description(names: Sequence[str], counts: Any) -> str:
    off = counts - np.diag(np.diag(counts))
    row, column = divmod(int(off.argmax()), len(names))
    return _(
        "Confusion matrix of {count} clips, {right} of them right. The most frequent confusion: {acted} answered as "
        "{answered}, {confused} clips.",
        count=counts.sum(),
        right=np.trace(counts),
        acted=names[row],
        answered=names[column],
        confused=off[row, column],
    )
