"""The waveform, with marked spans."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ser_core.figures.style import SOUND_COLOUR, TimeAxis, boxes, decibels, moment, picture, plain, titled, translucent
from ser_core.figures.views import Envelope, SoundView, fold_envelope
from ser_core.records import Clip
from ser_core.text.numbers import Number

# Kinds of spans differ in hatching as well, so that nobody has to tell the colours apart.
_SPAN_STYLES = (("#FC3E4F", "/"), ("#8F79F8", "\\"), ("#0FA762", "x"), ("#BE8901", "-"), ("#5678BF", "|"))


# Under the plot, where it takes height and not width.
_LEGEND = {
    "orientation": "h",
    "yref": "container",
    "y": 0,
    "yanchor": "bottom",
    "x": 0,
    "traceorder": "normal",
}


@dataclass(frozen=True)
class Span:
    """A part of a sound to be marked, such as a pause.

    Attributes:
        start_s, end_s: from when to when, in seconds.
        label: what it is; spans of one label are drawn alike and stand once in the legend.
    """

    start_s: float
    end_s: float
    label: str


def waveplot(sound: Clip | Envelope | SoundView, spans: Sequence[Span] = ()) -> go.Figure:
    """Waveform of a clip, or of a recording of any length folded by `fold_envelope` or `survey`.

    Each column shows its smallest and largest sample, at most 4,096 columns in all, so that no click is lost.
    Raises AudioError when the clip is empty.
    """
    envelope = _envelope(sound)
    time = TimeAxis(envelope.duration_s)
    times = time.values((np.arange(len(envelope.peaks)) + 0.5) * envelope.column_s)
    limit = max(0.01, 1.08 * float(envelope.peaks.max()))
    line = {"width": 1, "color": SOUND_COLOUR}
    lower = {
        "type": "scatter",
        "x": times,
        "y": envelope.lowest,
        "mode": "lines",
        "line": line,
        "hoverinfo": "skip",
        "showlegend": False,
    }
    upper = lower | {
        "y": envelope.highest,
        "fill": "tonexty",
        "fillcolor": SOUND_COLOUR,
        "customdata": np.round(decibels(envelope.peaks), 1),
        "hoverinfo": None,
        "hovertemplate": f"{time.hover}<br>peak %{{customdata:.1f}} dBFS<extra></extra>",
    }
    layout = {
        "xaxis": time.layout(),
        "yaxis": {"title": titled("Amplitude (full = 1)"), "range": [-limit, limit], "nticks": 5},
        "hovermode": "x",
    }
    if spans:
        layout |= {"legend": _LEGEND, "margin": {"l": 4, "r": 8, "t": 34, "b": 64}}
    return picture(
        [*_span_traces(spans, time, limit), lower, upper],
        layout,
        height=260 if spans else 220,
        description=_description(envelope, spans),
    )


def _envelope(sound: Clip | Envelope | SoundView) -> Envelope:
    if isinstance(sound, SoundView):
        return sound.envelope
    return sound if isinstance(sound, Envelope) else fold_envelope(sound)


def _span_traces(spans: Sequence[Span], time: TimeAxis, limit: float) -> Iterator[dict[str, Any]]:
    """One filled trace a label: a shape for every span would be slow where there are hundreds."""
    for i, label in enumerate(dict.fromkeys(span.label for span in spans)):
        colour, hatching = _SPAN_STYLES[i % len(_SPAN_STYLES)]
        edges_s = np.array([(span.start_s, span.end_s) for span in spans if span.label == label])
        left, right = time.values(edges_s[:, 0]), time.values(edges_s[:, 1])
        yield boxes(left, right, -limit, limit) | {
            "line": {"width": 1, "color": colour},
            "fillcolor": translucent(colour, 0.16),
            "fillpattern": {"shape": hatching, "fgcolor": colour, "size": 10, "solidity": 0.08},
            "hoveron": "fills",
            "hoverinfo": "name",
            "name": plain(label),
            "showlegend": True,
        }


def _description(envelope: Envelope, spans: Sequence[Span]) -> str:
    peaks = envelope.peaks
    loudest = int(peaks.argmax())
    if peaks[loudest] == 0:
        return f"Waveplot: {moment(envelope.duration_s)} of silence."
    text = (
        f"Waveplot: {moment(envelope.duration_s)}, peak {Number(decibels(peaks[loudest])):.1f} dBFS, "
        f"loudest at {moment((loudest + 0.5) * envelope.column_s)}"
    )
    counts = {label: sum(span.label == label for span in spans) for label in (span.label for span in spans)}
    marked = ", ".join(f"{n} of {label}" for label, n in counts.items())
    return f"{text}; marked: {marked}." if marked else f"{text}."
