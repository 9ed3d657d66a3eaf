"""Answers and curves side by side: of several recordings, or of several models for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ser_core.arrays import DoubleArray
from ser_core.figures.style import LEGEND_BELOW, SOUND_COLOUR, TimeAxis, hertz, moment, per_cent, picture, plain, titled
from ser_core.figures.take import PITCH_COLOUR
from ser_core.labels import Emotion, named
from ser_core.language import _
from ser_core.records import Prediction
from ser_core.text.answer import in_short
from ser_core.text.numbers import Number

_ROW = 46
# Light to dark, so that the answer of a row stands out on white and on the dark page alike.
_SCALE = [[0.0, "rgb(255, 255, 255)"], [0.5, "rgb(120, 141, 211)"], [1.0, "rgb(58, 72, 181)"]]
_DARK_LETTERS_UP_TO = 0.4
# Two lines are told apart without colours as well.
_LINES = ((SOUND_COLOUR, "solid"), (PITCH_COLOUR, "dot"))
_LEVEL_RANGE_DB = 50.0


@dataclass(frozen=True, eq=False)
class Curves:
    """Melody and level of a recording, frame by frame.

    Attributes:
        name: of the recording; text, never markup.
        duration_s: its length.
        times_s: middle of each frame, shape (frames,).
        f0_hz: pitch, NaN where nothing is voiced, shape (frames,).
        level_db: level in dBFS, shape (frames,).
    """

    name: str
    duration_s: float
    times_s: DoubleArray
    f0_hz: DoubleArray
    level_db: DoubleArray


def scores_by_name(answers: Mapping[str, Prediction]) -> go.Figure:
    """A row for each answer by its name, a column for each emotion, and in the cells the probability in per cent.

    What is claimed is in bold. A cell is empty where the model does not know the emotion. Raises ValueError when there
    is no answer.
    """
    if not answers:
        raise ValueError("There is no answer to draw.")
    names = [plain(name) for name in answers]
    columns = [emotion for emotion in Emotion if any(emotion in each.scores for each in answers.values())]
    titles = [named(emotion).capitalize() for emotion in columns]
    shares = np.array([[each.scores.get(emotion, np.nan) for emotion in columns] for each in answers.values()])
    letters = [
        {
            "x": titles[column],
            "y": names[row],
            "text": _cell(per_cent(score).removesuffix("%"), columns[column] in answer.claim.emotions),
            "showarrow": False,
            "font": {"color": "#000000" if score < _DARK_LETTERS_UP_TO else "#FFFFFF"},
        }
        for row, answer in enumerate(answers.values())
        for column in range(len(columns))
        if not np.isnan(score := float(shares[row, column]))
    ]
    heat_map = {
        "type": "heatmap",
        "x": titles,
        "y": names,
        "z": np.round(100 * shares, 1),
        "zmin": 0,
        "zmax": 100,
        "colorscale": _SCALE,
        "showscale": False,
        "hovertemplate": "%{y}, %{x}: %{z:.0f}%<extra></extra>",
        "xgap": 1,
        "ygap": 1,
    }
    layout = {
        "xaxis": {"side": "bottom", "fixedrange": True, "tickangle": -45, "title": titled(_("Probability (%)"))},
        "yaxis": {"autorange": "reversed", "fixedrange": True, "showgrid": False},
        "annotations": letters,
    }
    told = "; ".join(f"{name}: {in_short(each.claim)}" for name, each in answers.items())
    return picture(
        [heat_map],
        layout,
        height=140 + _ROW * len(names),
        description=_("Answers side by side. {answers}.", answers=told),
    )


def curves_together(both: Sequence[Curves]) -> go.Figure:
    """Pitch (Hz, logarithmic) over level (dBFS) of two recordings, on common axes that begin at the start of each."""
    time = TimeAxis(max(each.duration_s for each in both))
    traces: list[dict[str, Any]] = []
    for each, (colour, dash) in zip(both, _LINES, strict=True):
        line = {
            "type": "scatter",
            "mode": "lines",
            "x": time.values(each.times_s),
            "line": {"color": colour, "width": 2, "dash": dash},
            "name": plain(each.name),
            "legendgroup": plain(each.name),
        }
        floor_db = float(each.level_db.max()) - _LEVEL_RANGE_DB
        traces += [
            line
            | {
                "y": each.f0_hz.astype(np.float32),
                "yaxis": "y2",
                "connectgaps": False,
                "hovertemplate": f"{time.hover}<br>%{{y:.0f}} Hz<extra>%{{fullData.name}}</extra>",
            },
            line
            | {
                "y": np.maximum(each.level_db, floor_db).astype(np.float32),
                "showlegend": False,
                "hovertemplate": f"{time.hover}<br>%{{y:.0f}} dBFS<extra>%{{fullData.name}}</extra>",
            },
        ]
    voiced = np.concatenate([each.f0_hz[~np.isnan(each.f0_hz)] for each in both])
    low_hz, high_hz = (float(voiced.min()) / 1.1, float(voiced.max()) * 1.1) if voiced.size else (75.0, 300.0)
    layout = {
        "xaxis": time.layout() | {"anchor": "y"},
        "yaxis": {"domain": [0.0, 0.42], "title": titled(_("Level (dBFS)")), "nticks": 4},
        "yaxis2": {
            "domain": [0.5, 1.0],
            "title": titled(_("Pitch (Hz)")),
            "type": "log",
            "range": [float(np.log10(low_hz)), float(np.log10(high_hz))],
            # Plotly puts no round numbers on a logarithmic axis of less than a decade.
            "tickvals": [hz for hz in (60, 80, 100, 150, 200, 300, 400, 600) if low_hz <= hz <= high_hz],
        },
        "hovermode": "closest",
        "showlegend": True,
        "legend": LEGEND_BELOW,
        "margin": {"l": 4, "r": 8, "t": 34, "b": 76},
    }
    told = "; ".join(_told(each) for each in both)
    return picture(traces, layout, height=420, description=_("Pitch and level on common axes. {curves}.", curves=told))


def _cell(text: str, is_claimed: bool) -> str:
    text = plain(text)
    return f"<b>{text}</b>" if is_claimed else text


def _told(each: Curves) -> str:
    voiced = each.f0_hz[~np.isnan(each.f0_hz)]
    pitch = _("pitch around {pitch}", pitch=hertz(float(np.median(voiced)))) if voiced.size else _("no pitch")
    return _(
        "{name}: {length}, {pitch}, loudest {level} dBFS",
        name=each.name,
        length=moment(each.duration_s),
        pitch=pitch,
        level=f"{Number(each.level_db.max()):.0f}",
    )
