"""How saved takes develop over days: how targets came across, and one delivery value."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

import plotly.graph_objects as go

from ser_core.errors import HistoryError
from ser_core.figures.style import NEUTRAL_COLOUR, picture, titled, translucent
from ser_core.history import EmotionPoint, ValuePoint
from ser_core.labels import STYLES, Emotion, named
from ser_core.language import N_, _, ngettext
from ser_core.prosody import MeasureInfo
from ser_core.text.numbers import after_number, amount

# What a day's takes towards a target are judged by: their share that came across, or the mean probability.
Yardstick = Literal["came_across", "probability"]

_HEIGHT = 320
# One mark an emotion, so that the lines are told apart without their colours as well.
_SYMBOLS = dict(
    zip(
        Emotion,
        ("circle", "square", "diamond", "triangle-down", "triangle-up", "cross", "x", "star"),
        strict=True,
    )
)
_DAY_MS = 86_400_000
_AXIS_NAMES: dict[Yardstick, str] = {
    "came_across": N_("Takes in which it came across (%)"),
    "probability": N_("Mean probability of the target (%)"),
}


def emotion_progress(points: Sequence[EmotionPoint], yardstick: Yardstick = "came_across") -> go.Figure:
    """One line a target over days, in per cent.

    Raises HistoryError when there is no point to draw.
    """
    _need(points)
    lines: list[dict[str, Any]] = []
    told = []
    for target in Emotion:
        own = [point for point in points if point.target == target and _share(point, yardstick) is not None]
        if not own:
            continue
        shares = [100 * (_share(point, yardstick) or 0.0) for point in own]
        lines.append(
            {
                "type": "scatter",
                "x": [point.day for point in own],
                "y": shares,
                "name": named(target).capitalize(),
                "mode": "lines+markers",
                "line": {"color": STYLES[target].colour, "width": 2},
                # A day with more takes says more, and is drawn larger.
                "marker": {"symbol": _SYMBOLS[target], "size": [7 + 2 * min(point.takes, 5) for point in own]},
                "customdata": [(point.came_across, point.takes, point.partly) for point in own],
                "hovertemplate": "%{y:.0f}%<br>"
                + _("came across in %{customdata[0]} of %{customdata[1]}, partly in %{customdata[2]}")
                + "<extra>%{fullData.name}</extra>",
            }
        )
        told.append(f"{named(target)} {_from_to(shares, '%', 0)}")
    layout = {
        "xaxis": _day_axis([point.day for point in points]),
        "yaxis": {"title": titled(_(_AXIS_NAMES[yardstick])), "range": [-4, 104]},
        "showlegend": True,
        "legend": {"orientation": "h", "y": -0.2},
    }
    title = _(_AXIS_NAMES[yardstick]).removesuffix(" (%)")
    description = _("{title}, by day: {values}.", title=title, values="; ".join(told))
    return picture(lines, layout, height=_HEIGHT, description=description)


def value_progress(points: Sequence[ValuePoint], info: MeasureInfo) -> go.Figure:
    """One delivery value over days: the mean of each day's takes, and the band from their lowest to their
    highest.

    Raises HistoryError when there is no point to draw.
    """
    _need(points)
    days = [point.day for point in points]
    edge: dict[str, Any] = {
        "type": "scatter",
        "x": days,
        "mode": "lines",
        "line": {"width": 0, "color": NEUTRAL_COLOUR},
        "fillcolor": translucent(NEUTRAL_COLOUR, 0.25),
        "hoverinfo": "skip",
    }
    lowest = edge | {"y": [point.lowest for point in points], "name": "lowest"}
    highest = edge | {"y": [point.highest for point in points], "name": "highest", "fill": "tonexty"}
    means = [point.mean for point in points]
    line = {
        "type": "scatter",
        "x": days,
        "y": means,
        "mode": "lines+markers",
        "line": {"color": STYLES[Emotion.SAD].colour, "width": 2},
        "marker": {"size": 9},
        "customdata": [(point.takes, point.lowest, point.highest) for point in points],
        "hovertemplate": f"%{{y:.{info.decimals}f}}{after_number(_(info.unit))}, {_('takes: %{customdata[0]}')}, "
        f"%{{customdata[1]:.{info.decimals}f}}–%{{customdata[2]:.{info.decimals}f}}<extra></extra>",
    }
    label = f"{_(info.label)} ({_(info.unit)})" if info.unit else _(info.label)
    layout = {"xaxis": _day_axis(days), "yaxis": {"title": titled(label)}, "showlegend": False}
    told = _from_to(means, info.unit, info.decimals)
    description = _("{title}, mean by day: {values}.", title=_(info.label), values=told)
    return picture([lowest, highest, line], layout, height=_HEIGHT, description=description)


def _share(point: EmotionPoint, yardstick: Yardstick) -> float | None:
    return point.mean_probability if yardstick == "probability" else point.came_across / point.takes


def _need(points: Sequence[Any]) -> None:
    if not points:
        raise HistoryError("There is nothing to draw: progress needs at least one saved practice take.")


def _day_axis(days: Sequence[date]) -> dict[str, Any]:
    first, last = min(days), max(days)
    options: dict[str, Any] = {"type": "date", "tickformat": _("%-d %b"), "hoverformat": _("%-d %b %Y")}
    if (last - first).days < 7:
        options["dtick"] = _DAY_MS  # Plotly would put hours between few days
    margin = timedelta(days=max(1, round((last - first).days * 0.03)))
    return options | {"range": [first - margin, last + margin]}


def _from_to(values: Sequence[float], unit: str, decimals: int) -> str:
    first, last = (amount(value, unit, decimals) for value in (values[0], values[-1]))
    if len(values) == 1:
        return first
    return ngettext(
        "from {first} to {last} over {count} day",
        "from {first} to {last} over {count} days",
        len(values),
        first=first,
        last=last,
    )
