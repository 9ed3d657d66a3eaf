"""Figures about a corpus: clips by emotion and speaker, and the distribution of a measure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ser_core.figures.style import LEGEND_BELOW, SOUND_COLOUR, picture, plain, titled
from ser_core.labels import STYLES, Emotion

_ROW_HEIGHT = 34
# Voices differ in hatching, because the colour stands for the emotion.
_GENDERS = (("f", "women", ""), ("m", "men", "/"), ("unknown", "unknown", "x"))


def clip_counts(clips: Mapping[str, Mapping[str, int]]) -> go.Figure:
    """Clips of each emotion, with hatching to tell women's voices from men's."""
    emotions = [emotion for emotion in Emotion if emotion.value in clips][::-1]
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": [emotion.value.capitalize() for emotion in emotions],
            "x": [clips[emotion.value].get(gender, 0) for emotion in emotions],
            "marker": {
                "color": [STYLES[emotion].colour for emotion in emotions],
                "pattern": {"shape": shape, "size": 6, "solidity": 0.35},
            },
            "hovertemplate": f"%{{y}}, {name}: %{{x}} clips<extra></extra>",
        }
        for gender, name, shape in _GENDERS
        if any(clips[emotion.value].get(gender) for emotion in emotions)
    ]
    layout = {
        "barmode": "stack",
        "xaxis": {"title": titled("Clips"), "fixedrange": True},
        "yaxis": {"fixedrange": True, "showgrid": False},
        "legend": LEGEND_BELOW,
        "showlegend": True,
        "margin": {"l": 4, "r": 8, "t": 34, "b": 70},
    }
    told = ", ".join(f"{emotion.value} {sum(clips[emotion.value].values())}" for emotion in emotions[::-1])
    return picture(bars, layout, height=150 + _ROW_HEIGHT * len(emotions), description=f"Clips by emotion: {told}.")


def speaker_counts(speakers: Mapping[str, int]) -> go.Figure:
    """Number of clips of each speaker."""
    names = [plain(name) for name in speakers]
    bars = {
        "type": "bar",
        "x": names,
        "y": list(speakers.values()),
        "marker": {"color": SOUND_COLOUR},
        "hovertemplate": "%{x}: %{y} clips<extra></extra>",
    }
    layout = {
        "xaxis": {"title": titled("Speaker"), "type": "category", "fixedrange": True},
        "yaxis": {"title": titled("Clips"), "fixedrange": True},
    }
    counts = list(speakers.values())
    description = f"Clips by speaker: {len(counts)} speakers with {min(counts)} to {max(counts)} clips each."
    return picture([bars], layout, height=300, description=description)


def spread_by_emotion(values: Mapping[str, Sequence[float]], title: str, unit: str) -> go.Figure:
    """Median, quartiles and range of a measure for each emotion, as boxes."""
    emotions = [emotion for emotion in Emotion if values.get(emotion.value)]
    boxes: list[dict[str, Any]] = [
        {
            "type": "box",
            "orientation": "h",
            "name": emotion.value.capitalize(),
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
    medians = ", ".join(f"{emotion.value} {np.median(values[emotion.value]):.4g}" for emotion in emotions)
    return picture(
        boxes,
        layout,
        height=130 + _ROW_HEIGHT * len(emotions),
        description=f"{title} by emotion, medians in {unit}: {medians}.",
    )
