"""The values of a take among the takes of its target, one strip for each value."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ser_core.figures.style import LEGEND_BELOW, NEUTRAL_COLOUR, SOUND_COLOUR, picture, plain, translucent
from ser_core.labels import STYLES, Emotion
from ser_core.language import N_, _
from ser_core.practice.feedback import Placement, load_rules
from ser_core.prosody import MEASURES

# Values more than this many half-widths outside the band are drawn at the edge of the strip.
_EDGE = 2.4
_BY_ITSELF = N_("{value}, usually {usual}")
_FROM_OWN = N_("{value} from your neutral voice, usually {usual}")


def delivery_strips(placements: Sequence[Placement], target: Emotion) -> go.Figure:
    """Each value as a dot on a strip: dark for the middle half of the target's takes, light for 90 percent of them.

    All strips have the same scale: the middle half reaches from -1 to 1, or the smallest noticeable difference if the
    middle half is narrower (no pauses at all, for example). A value beyond the strip is drawn at its edge as an
    arrowhead. The values are also written above each strip, so the chart does not depend on colour.
    """
    # Only values that a speaker can change; each label is above its strip, which then has the whole width.
    advised = load_rules().advised
    rows = [_row(placement) for placement in placements if placement.name in advised]
    y = np.arange(len(rows), 0, -1, dtype=np.float64)
    colour = STYLES[target].colour
    traces: list[dict[str, Any]] = [
        _bars(
            [row["q05"] for row in rows], [row["q95"] for row in rows], y, translucent(colour, 0.22), _("9 of 10 takes")
        ),
        _bars(
            [row["q25"] for row in rows], [row["q75"] for row in rows], y, translucent(colour, 0.55), _("Middle half")
        ),
        {
            "type": "scatter",
            "x": [row["at"] for row in rows],
            "y": y,
            "mode": "markers",
            "name": _("Your take"),
            "marker": {
                "size": 13,
                "color": NEUTRAL_COLOUR,
                "line": {"width": 2, "color": SOUND_COLOUR},
                "symbol": [row["symbol"] for row in rows],
            },
            "text": ["<br>".join(wrap(row["meaning"], 60)) for row in rows],
            "hovertemplate": "%{text}<extra></extra>",
        },
    ]
    layout = {
        "xaxis": {"range": [-_EDGE - 0.2, _EDGE + 0.2], "visible": False, "fixedrange": True},
        "yaxis": {"range": [0.3, len(rows) + 0.85], "visible": False, "fixedrange": True},
        "annotations": [
            {
                "x": 0,
                "xref": "paper",
                "xanchor": "left",
                "y": float(at) + 0.2,
                "yanchor": "bottom",
                "text": row["text"],
                "showarrow": False,
                "align": "left",
                "font": {"size": 12},
            }
            for row, at in zip(rows, y, strict=True)
        ],
        "legend": LEGEND_BELOW | {"traceorder": "normal"},
        "margin": {"l": 4, "r": 8, "t": 34, "b": 44},
        "hovermode": "closest",
    }
    told = "; ".join(row["plain"] for row in rows) or _("no value is known")
    description = _("Your take among {target} takes: {values}.", target=load_rules().word(target), values=told)
    return picture(traces, layout, height=90 + 46 * max(1, len(rows)), description=description)


def _row(placement: Placement) -> dict[str, Any]:
    """One strip on the common scale, and its text."""
    info, band = MEASURES[placement.name], placement.band
    middle = (band.q25 + band.q75) / 2.0
    half = max((band.q75 - band.q25) / 2.0, placement.noticeable / 2.0)

    def scaled(value: float) -> float:
        return float(np.clip((value - middle) / half, -_EDGE, _EDGE))

    beyond = abs(placement.value - middle) / half > _EDGE
    symbol = ("triangle-right" if placement.value > middle else "triangle-left") if beyond else "circle"
    label, written, usual = (plain(text) for text in (_(info.label), placement.written, placement.usual))
    told = _FROM_OWN if placement.relative else _BY_ITSELF
    return {
        "q05": min(scaled(band.q05), -1.0),
        "q25": -1.0,
        "q75": 1.0,
        "q95": max(scaled(band.q95), 1.0),
        "at": scaled(placement.value),
        "symbol": symbol,
        "text": f"<b>{label}</b> {written} · {_('usual {range}', range=usual)}",
        "meaning": plain(_(info.meaning)),
        "plain": _(told, value=f"{label} {written}", usual=usual),
    }


def _bars(left: list[float], right: list[float], y: Any, colour: str, name: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "base": left,
        "x": np.subtract(right, left),
        "y": y,
        "width": 0.3,
        "offset": -0.15,
        "marker": {"color": colour, "line": {"width": 0}},
        "name": name,
        "hoverinfo": "skip",
    }
