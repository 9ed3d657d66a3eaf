"""The waveform."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from ser_core.figures.style import SOUND_COLOUR, TimeAxis, decibels, moment, picture, titled
from ser_core.figures.views import Envelope, SoundView, fold_envelope
from ser_core.language import _
from ser_core.records import Clip
from ser_core.text.numbers import Number


def waveplot(sound: Clip | Envelope | SoundView) -> go.Figure:
    """Waveform of a clip, or of a recording of any length pooled by `fold_envelope` or `survey`.

    At most 4,096 columns each show their smallest and largest sample, so that no click is lost. Raises AudioError when
    the clip is empty.
    """
    envelope = _envelope(sound)
    time = TimeAxis(envelope.duration_s)
    lower, upper, limit = outline(envelope, time)
    upper |= {
        "customdata": np.round(decibels(envelope.peaks), 1),
        "hoverinfo": None,
        "hovertemplate": f"{time.hover}<br>{_('peak %{customdata:.1f} dBFS')}<extra></extra>",
    }
    layout = {
        "xaxis": time.layout(),
        "yaxis": {"title": titled(_("Amplitude (full = 1)")), "range": [-limit, limit], "nticks": 5},
        "hovermode": "x",
    }
    return picture([lower, upper], layout, height=220, description=_description(envelope))


def outline(envelope: Envelope, time: TimeAxis) -> tuple[dict[str, Any], dict[str, Any], float]:
    """The lower and upper edges of a waveform, filled in between, and the limit of its axis up and down."""
    lower = {
        "type": "scatter",
        "x": time.values((np.arange(len(envelope.peaks)) + 0.5) * envelope.column_s),
        "y": envelope.lowest,
        "mode": "lines",
        "line": {"width": 1, "color": SOUND_COLOUR},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    upper = lower | {"y": envelope.highest, "fill": "tonexty", "fillcolor": SOUND_COLOUR}
    return lower, upper, max(0.01, 1.08 * float(envelope.peaks.max()))


def _envelope(sound: Clip | Envelope | SoundView) -> Envelope:
    if isinstance(sound, SoundView):
        return sound.envelope
    return sound if isinstance(sound, Envelope) else fold_envelope(sound)


def _description(envelope: Envelope) -> str:
    peaks = envelope.peaks
    loudest = int(peaks.argmax())
    if peaks[loudest] == 0:
        return _("Waveplot: {length} of silence.", length=moment(envelope.duration_s))
    return _(
        "Waveplot: {length}, peak {peak:.1f} dBFS, loudest at {time}.",
        length=moment(envelope.duration_s),
        peak=Number(decibels(peaks[loudest])),
        time=moment((loudest + 0.5) * envelope.column_s),
    )
