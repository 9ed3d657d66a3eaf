"""Figures about a corpus: clips by emotion and speaker, and the distribution of a measure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ser_core.figures.style import LEGEND_BELOW, SOUND_COLOUR, picture, plain, titled
from ser_core.labels import STYLES, Emotion, named
from ser_core.language import N_, _
from ser_core.text.numbers import Number

_ROW_HEIGHT = 34
# Voices differ in hatching, because the colour stands for the emotion.
_GENDERS = (("f", N_("women"), ""), ("m", N_("men"), "/"), ("unknown", N_("unknown"), "x"))


def clip_counts(clips: Mapping[str, Mapping[str, int]]) -> go.Figure:
    """Clips of each emotion, with hatching to tell women's voices from men's."""
    emotions = [emotion for emotion in Emotion if emotion.value in clips][::-1]
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": _(name),
            "y": [named(emotion).capitalize() for emotion in emotions],
            "x": [clips[emotion.value].get(gender, 0) for emotion in emotions],
            "marker": {
                "color": [STYLES[emotion].colour for emotion in emotions],
                "pattern": {"shape": shape, "size": 6, "solidity": 0.35},
            },
            "hovertemplate": f"%{{y}}, {_(name)}: {_('%{x} clips')}<extra></extra>",
        }
        for gender, name, shape in _GENDERS
        if any(clips[emotion.value].get(gender) for emotion in emotions)
    ]
    layout = {
        "barmode": "stack",
        "xaxis": {"title": titled(_("Clips")), "fixedrange": True},
        "yaxis": {"fixedrange": True, "showgrid": False},
        "legend": LEGEND_BELOW,
        "showlegend": True,
        "margin": {"l": 4, "r": 8, "t": 34, "b": 70},
    }
    told = ", ".join(f"{named(emotion)} {sum(clips[emotion.value].values())}" for emotion in emotions[::-1])
    description = _("Clips by emotion: {counts}.", counts=told)
    return picture(bars, layout, height=150 + _ROW_HEIGHT * len(emotions), description=description)


def speaker_counts(speakers: Mapping[str, int]) -> go.Figure:
    """Number of clips of each speaker."""
    names = [plain(name) for name in speakers]
    bars = {
        "type": "bar",
        "x": names,
        "y": list(speakers.values()),
        "marker": {"color": SOUND_COLOUR},
        "hovertemplate": f"%{{x}}: {_('%{y} clips')}<extra></extra>",
    }
    layout = {
        "xaxis": {"title": titled(_("Speaker")), "type": "category", "fixedrange": True},
        "yaxis": {"title": titled(_("Clips")), "fixedrange": True},
    }
    counts = list(speakers.values())
    description = _(
        "Clips by speaker: {speakers} speakers with {fewest} to {most} clips each.",
        speakers=len(counts),
        fewest=min(counts),
        most=max(counts),
    )
    return picture([bars], layout, height=300, description=description)


def spread_by_emotion(values: Mapping[str, Sequence[float]], title: str, unit: str) -> go.Figure:
    """Median, quartiles and range of a measure for each emotion, as boxes."""
    emotions = [emotion for emotion in Emotion if values.get(emotion.value)]
    boxes: list[dict[str, Any]] = [
        {
            "type": "box",
            "orientation": "h",
            "name": named(emotion).capitalize(),
            "x": list(values[emotion.value]),
            "marker": {"color": STYLES[emotion].colour, "size": 4},
            "boxpoints": "outliers",
            "hoverinfo": "x+name",
        }
        for emotion in emotions[::-1]
    ]
    layout = {
        "xaxis": {"title": titled(f"{title} ({unit})")},
        "yaxis": {"fixedrange": True, "showgrid": False},
        "showlegend": False,
    }
    medians = ", ".join(f"{named(emotion)} {Number(np.median(values[emotion.value])):.4g}" for emotion in emotions)
    return picture(
        boxes,
        layout,
        height=130 + _ROW_HEIGHT * len(emotions),
        description=_("{measure} by emotion, medians in {unit}: {medians}.", measure=title, unit=unit, medians=medians),
    )
