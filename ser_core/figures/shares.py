"""What share of the time each voice sounds like each emotion."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from ser_core.figures.style import LEGEND_BELOW, NEUTRAL_COLOUR, per_cent, picture, plain, titled
from ser_core.labels import STYLES, Emotion, named
from ser_core.language import _

_ROW_HEIGHT = 56


def emotion_shares(voices: Mapping[str, Sequence[tuple[Emotion | None, float]]]) -> go.Figure:
    """One bar for each voice by its name, divided by the emotions that it sounds like; hatched where that is unclear.

    Shares are as in `ser_core.recognition.course.shares`, and sum to 1.
    """
    names = [plain(name) for name in voices][::-1]
    found = {name: dict(shares) for name, shares in zip(names, list(voices.values())[::-1], strict=True)}
    bars = []
    for emotion in (*Emotion, None):
        values = [100 * found[name].get(emotion, 0.0) for name in names]
        if not any(values):
            continue
        label = named(emotion).capitalize() if emotion else _("Unclear")
        colour = STYLES[emotion].colour if emotion else NEUTRAL_COLOUR
        bars.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": label,
                "x": values,
                "y": names,
                "text": [per_cent(value / 100) if value >= 6 else "" for value in values],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "marker": {
                    "color": colour if emotion else "rgba(0, 0, 0, 0)",
                    "line": {"color": colour, "width": 1},
                    "pattern": {"shape": "" if emotion else "/", "fgcolor": colour, "size": 6, "solidity": 0.35},
                },
                "hovertemplate": f"%{{y}}, {label.lower()}: %{{x:.0f}}%<extra></extra>",
            }
        )
    layout = {
        "barmode": "stack",
        "xaxis": {"title": titled(_("Share of speaking time (%)")), "range": [0, 100], "fixedrange": True},
        "yaxis": {"fixedrange": True, "showgrid": False},
        "legend": LEGEND_BELOW | {"traceorder": "normal"},
        "showlegend": True,
        "margin": {"l": 4, "r": 8, "t": 34, "b": 90},
    }
    told = "; ".join(
        f"{name}: "
        + ", ".join(f"{named(emotion) if emotion else _('unclear')} {per_cent(share)}" for emotion, share in shares)
        for name, shares in voices.items()
    )
    description = _("Share of time. {shares}.", shares=told)
    return picture(bars, layout, height=170 + _ROW_HEIGHT * len(names), description=description)
