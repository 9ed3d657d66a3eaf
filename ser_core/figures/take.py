"""How a take was delivered: its melody and level over the waveform."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ser_core.figures.style import (
    LEGEND_BELOW,
    SOUND_COLOUR,
    TimeAxis,
    boxes,
    decibels,
    hertz,
    moment,
    picture,
    titled,
    translucent,
)
from ser_core.figures.views import fold_envelope
from ser_core.figures.waveplot import outline
from ser_core.language import N_, _, ngettext
from ser_core.prosody import Prosody
from ser_core.prosody.disfluency import Disfluency, DisfluencyKind
from ser_core.records import Clip
from ser_core.text.numbers import Number

# At least 4:1 on white and on Streamlit's dark page; as a thick dotted line, it can be told from the blue of the sound
# without colour vision.
PITCH_COLOUR = "#D1410C"
# They also differ in hatching, so that nobody has to tell the colours apart.
_MARKS = {
    "pause": (N_("Pause"), "#797979", ""),
    DisfluencyKind.LONG_PAUSE: (N_("Long pause"), "#BE8901", "/"),
    DisfluencyKind.FILLED_PAUSE: (N_("Uh, um"), "#8F79F8", "\\"),
    DisfluencyKind.PROLONGATION: (N_("Held sound"), "#0FA762", "x"),
    DisfluencyKind.REPETITION: (N_("Said twice"), "#FC3E4F", "-"),
}
# Rows of the contour figure, from below: waveform, level, pitch.
_ROWS = {"y": [0.0, 0.22], "y2": [0.29, 0.56], "y3": [0.63, 1.0]}
_QUIETEST_DB = 45.0


def delivery_contours(clip: Clip, prosody: Prosody, disfluencies: Sequence[Disfluency]) -> go.Figure:
    """Pitch (Hz, logarithmic) and level (dBFS) over the waveform, with pauses and disfluencies marked.

    Raises AudioError when the clip is empty.
    """
    time = TimeAxis(clip.duration_s)
    envelope = fold_envelope(clip)
    lower, upper, peak = outline(envelope, time)
    pitch, frames = prosody.pitch, prosody.frames
    times = time.values(pitch.times_s)
    top_db = float(frames.level_db.max())
    level = np.maximum(frames.level_db, top_db - _QUIETEST_DB).astype(np.float32)
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
        "yaxis": {"domain": _ROWS["y"], "range": [-peak, peak], "title": titled(_("Wave")), "nticks": 3},
        "yaxis2": {"domain": _ROWS["y2"], "title": titled(_("Level (dBFS)")), "nticks": 4},
        "yaxis3": {
            "domain": _ROWS["y3"],
            "title": titled(_("Pitch (Hz)")),
            "type": "log",
            "range": [float(np.log10(low_hz)), float(np.log10(high_hz))],
            # Plotly puts no round numbers on a logarithmic axis of less than a decade.
            "tickvals": [hz for hz in (60, 80, 100, 150, 200, 300, 400, 600) if low_hz <= hz <= high_hz],
        },
        "hovermode": "closest",
        "legend": LEGEND_BELOW | {"traceorder": "normal"},
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
    """One filled trace for each kind, over the waveform."""
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
                    "name": _(label),
                    "showlegend": True,
                }
            )
    return traces


def _contour_description(prosody: Prosody, disfluencies: Sequence[Disfluency], peak_db: float) -> str:
    parts = [
        _(
            "Melody and level over {length}, peak {peak:.1f} dBFS",
            length=moment(prosody.duration_s),
            peak=Number(peak_db),
        )
    ]
    if prosody.pitch_median_hz is not None and prosody.pitch_range_semitones is not None:
        parts.append(
            _(
                "pitch around {pitch}, varying by {range:.1f} semitones",
                pitch=hertz(prosody.pitch_median_hz),
                range=Number(prosody.pitch_range_semitones),
            )
        )
    parts.append(ngettext("{count} pause", "{count} pauses", len(prosody.pauses)))
    parts += [
        _(
            "{mark} from {start} to {end}",
            mark=_(_MARKS[d.kind][0]).lower(),
            start=moment(d.start_s),
            end=moment(d.end_s),
        )
        for d in disfluencies
    ]
    return ", ".join(parts) + "."
