"""How a take was delivered: its melody and level over the waveform, and its values among the target's takes."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ser_core.figures.style import (
    NEUTRAL_COLOUR,
    SOUND_COLOUR,
    TimeAxis,
    boxes,
    decibels,
    hertz,
    moment,
    picture,
    plain,
    titled,
    translucent,
)
from ser_core.figures.views import fold_envelope
from ser_core.labels import STYLES, Emotion
from ser_core.practice.feedback import Placement, load_rules
from ser_core.prosody import MEASURES, Prosody
from ser_core.prosody.disfluency import Disfluency, DisfluencyKind
from ser_core.records import Clip
from ser_core.text.numbers import Number

# 4:1 and more on white and on Streamlit's dark page, and told from the blue of sound without colour vision
# by being a thick line of dots.
PITCH_COLOUR = "#D1410C"
# Hatched differently as well, so that nobody has to tell the colours apart.
_MARKS = {
    "pause": ("Pause", "#797979", ""),
    DisfluencyKind.LONG_PAUSE: ("Long pause", "#BE8901", "/"),
    DisfluencyKind.FILLED_PAUSE: ("Uh, um", "#8F79F8", "\\"),
    DisfluencyKind.PROLONGATION: ("Held sound", "#0FA762", "x"),
    DisfluencyKind.REPETITION: ("Said twice", "#FC3E4F", "-"),
}
_LEGEND = {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
# Rows of the contour figure, from below: waveform, level, pitch.
_ROWS = {"y": [0.0, 0.22], "y2": [0.29, 0.56], "y3": [0.63, 1.0]}
_QUIETEST_DB = 45.0
# Values beyond the band by more than this many half-widths stand at the edge of the strip.
_EDGE = 2.4


def delivery_contours(clip: Clip, prosody: Prosody, disfluencies: Sequence[Disfluency]) -> go.Figure:
    """Pitch (Hz, logarithmic) and level (dBFS) over the waveform, with pauses and disfluencies marked.

    Raises AudioError when the clip is empty.
    """
    time = TimeAxis(clip.duration_s)
    envelope = fold_envelope(clip)
    wave_times = time.values((np.arange(len(envelope.peaks)) + 0.5) * envelope.column_s)
    peak = max(0.01, 1.08 * float(envelope.peaks.max()))
    pitch, frames = prosody.pitch, prosody.frames
    times = time.values(pitch.times_s)
    top_db = float(frames.level_db.max())
    level = np.maximum(frames.level_db, top_db - _QUIETEST_DB).astype(np.float32)
    line = {"width": 1, "color": SOUND_COLOUR}
    lower: dict[str, Any] = {
        "type": "scatter",
        "x": wave_times,
        "y": envelope.lowest,
        "mode": "lines",
        "line": line,
        "hoverinfo": "skip",
        "showlegend": False,
    }
    upper = lower | {"y": envelope.highest, "fill": "tonexty", "fillcolor": SOUND_COLOUR}
    level_line = lower | {
        "x": times,
        "y": level,
        "yaxis": "y2",
        "line": {"width": 1.5, "color": SOUND_COLOUR},
        "hoverinfo": None,
        "hovertemplate": f"{time.hover}<br>%{{y:.0f}} dBFS<extra></extra>",
    }
    pitch_dots = {
        "type": "scatter",
        "x": times,
        "y": pitch.f0_hz.astype(np.float32),
        "yaxis": "y3",
        "mode": "lines+markers",
        "connectgaps": False,
        "line": {"width": 1.5, "color": PITCH_COLOUR},
        "marker": {"size": 4, "color": PITCH_COLOUR},
        "hovertemplate": f"{time.hover}<br>%{{y:.0f}} Hz<extra></extra>",
        "showlegend": False,
    }
    marks = _marks(prosody, disfluencies, time, peak)
    low_hz, high_hz = _pitch_limits(prosody)
    layout = {
        "xaxis": time.layout() | {"anchor": "y"},
        "yaxis": {"domain": _ROWS["y"], "range": [-peak, peak], "title": titled("Wave"), "nticks": 3},
        "yaxis2": {"domain": _ROWS["y2"], "title": titled("Level (dBFS)"), "nticks": 4},
        "yaxis3": {
            "domain": _ROWS["y3"],
            "title": titled("Pitch (Hz)"),
            "type": "log",
            "range": [float(np.log10(low_hz)), float(np.log10(high_hz))],
            # A logarithmic axis of less than a decade gets no round numbers of Plotly's own.
            "tickvals": [hz for hz in (60, 80, 100, 150, 200, 300, 400, 600) if low_hz <= hz <= high_hz],
        },
        "hovermode": "closest",
        "legend": _LEGEND,
        "margin": {"l": 4, "r": 8, "t": 34, "b": 76},
    }
    return picture(
        [*marks, lower, upper, level_line, pitch_dots],
        layout,
        height=460,
        description=_contour_description(prosody, disfluencies, float(decibels(envelope.peaks.max()))),
    )


def _pitch_limits(prosody: Prosody) -> tuple[float, float]:
    f0 = prosody.pitch.f0_hz[prosody.pitch.voiced]
    if f0.size == 0:
        return 75.0, 300.0
    return float(f0.min()) / 1.15, float(f0.max()) * 1.15


def _marks(prosody: Prosody, disfluencies: Sequence[Disfluency], time: TimeAxis, peak: float) -> list[dict[str, Any]]:
    """One filled trace a kind, over the waveform."""
    long_pauses = {d.start_s for d in disfluencies if d.kind is DisfluencyKind.LONG_PAUSE}
    spans: dict[str, list[tuple[float, float]]] = {}
    for pause in prosody.pauses:
        if pause.start_s not in long_pauses:
            spans.setdefault("pause", []).append((pause.start_s, pause.end_s))
    for item in disfluencies:
        spans.setdefault(item.kind, []).append((item.start_s, item.end_s))
    traces = []
    for kind, (label, colour, hatching) in _MARKS.items():
        if kind in spans:
            edges = np.array(spans[kind])
            left, right = time.values(edges[:, 0]), time.values(edges[:, 1])
            traces.append(
                boxes(left, right, -peak, peak)
                | {
                    "line": {"width": 1, "color": colour},
                    "fillcolor": translucent(colour, 0.22),
                    "fillpattern": {"shape": hatching, "fgcolor": colour, "size": 8, "solidity": 0.12},
                    "hoveron": "fills",
                    "hoverinfo": "name",
                    "name": label,
                    "showlegend": True,
                }
            )
    return traces


def _contour_description(prosody: Prosody, disfluencies: Sequence[Disfluency], peak_db: float) -> str:
    parts = [f"Melody and level over {moment(prosody.duration_s)}, peak {Number(peak_db):.1f} dBFS"]
    if prosody.pitch_median_hz is not None and prosody.pitch_range_semitones is not None:
        parts.append(
            f"pitch around {hertz(prosody.pitch_median_hz)}, moving {prosody.pitch_range_semitones:.1f} semitones"
        )
    parts.append(f"{len(prosody.pauses)} pause{'' if len(prosody.pauses) == 1 else 's'}")
    parts += [f"{_MARKS[d.kind][0].lower()} from {moment(d.start_s)} to {moment(d.end_s)}" for d in disfluencies]
    return ", ".join(parts) + "."


def delivery_strips(placements: Sequence[Placement], target: Emotion) -> go.Figure:
    """Each value as a dot on a strip: dark where the middle half of the target's takes lie, light for 90 percent.

    All strips have one scale: the middle half reaches from -1 to 1, and where it is narrower than the smallest
    difference worth a word (no pauses at all, say) that difference does. A value further out than the strip stands
    at its edge as an arrow head. Values are said in words above each strip, so the chart reads in any colour.
    """
    # Values that a speaker can do something about; each label above its strip, which then has the whole width.
    advised = load_rules().advised
    shown = [p for p in placements if p.name in advised]
    rows = [_row(placement) for placement in shown]
    y = np.arange(len(rows), 0, -1, dtype=np.float64)
    colour = STYLES[target].colour
    traces: list[dict[str, Any]] = [
        _bars(
            [row["q05"] for row in rows], [row["q95"] for row in rows], y, translucent(colour, 0.22), "9 of 10 takes"
        ),
        _bars([row["q25"] for row in rows], [row["q75"] for row in rows], y, translucent(colour, 0.55), "Middle half"),
        {
            "type": "scatter",
            "x": [row["at"] for row in rows],
            "y": y,
            "mode": "markers",
            "name": "Your take",
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
        "legend": _LEGEND,
        "margin": {"l": 4, "r": 8, "t": 34, "b": 44},
        "hovermode": "closest",
    }
    description = f"Your take among {target.value} takes: " + "; ".join(row["plain"] for row in rows) + "."
    return picture(traces, layout, height=90 + 46 * max(1, len(rows)), description=description)


def _row(placement: Placement) -> dict[str, Any]:
    """One strip on the common scale, and its words."""
    info, band = MEASURES[placement.name], placement.band
    middle = (band.q25 + band.q75) / 2.0
    half = max((band.q75 - band.q25) / 2.0, placement.noticeable / 2.0)

    def scaled(value: float) -> float:
        return float(np.clip((value - middle) / half, -_EDGE, _EDGE))

    beyond = abs(placement.value - middle) / half > _EDGE
    symbol = ("triangle-right" if placement.value > middle else "triangle-left") if beyond else "circle"
    label, written, usual = (plain(text) for text in (info.label, placement.written, placement.usual))
    return {
        "q05": min(scaled(band.q05), -1.0),
        "q25": -1.0,
        "q75": 1.0,
        "q95": max(scaled(band.q95), 1.0),
        "at": scaled(placement.value),
        "symbol": symbol,
        "text": f"<b>{label}</b> {written} · usual {usual}",
        "meaning": plain(info.meaning),
        "plain": f"{label} {written}{' from your neutral voice' if placement.relative else ''}, usually {usual}",
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
