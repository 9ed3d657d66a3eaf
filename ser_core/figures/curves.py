"""Curves of what changes from frame to frame: level, zero-crossing rate, spectral centroid."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from ser_core.arrays import FloatArray
from ser_core.figures.style import SOUND_COLOUR, TimeAxis, decibels, hertz, moment, picture, titled
from ser_core.figures.views import SoundView, Spectra, fold_spectra
from ser_core.language import _
from ser_core.records import Clip
from ser_core.text.numbers import Number

# Colours at 3:1 or more on white and on the dark page; each curve has a plot of its own as well.
CURVE_COLOURS = (SOUND_COLOUR, "#BE8901", "#0FA762")
# Zero crossings and centroid of background noise say nothing of the voice: they are left out where the level is
# further than this under the loudest frame.
_AUDIBLE_DB = 45.0
_LOWEST_DBFS = -90.0
# Shares of the height: three panels and two gaps.
_GAP = 0.06
_PANEL = (1 - 2 * _GAP) / 3


def frame_curves(sound: Clip | SoundView) -> go.Figure:
    """Level, zero-crossing rate and spectral centroid over time, one above the other.

    Frames of 64 ms every 10 ms, pooled to at most 1,024 columns. Level is the root mean square in dBFS (a
    full-scale sine is -3.01). The other two are drawn only where the level is within 45 dB of the loudest.
    Raises AudioError when the clip is empty.
    """
    spectra = sound.spectra if isinstance(sound, SoundView) else fold_spectra(sound)
    time = TimeAxis(spectra.duration_s)
    times = time.values(spectra.times_s)
    level_db, crossings, centroid_hz = audible_curves(spectra)
    panels = (
        (_("Level<br>(dBFS)"), level_db, "%{y:.1f} dBFS"),
        (_("Zero cross-<br>ings (1/s)"), crossings, _("%{y:.0f} zero crossings/s")),
        (_("Centroid<br>(Hz)"), centroid_hz, _("centroid %{y:.0f} Hz")),
    )
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"hovermode": "x", "hoversubplots": "axis", "showlegend": False}
    layout["xaxis"] = time.layout() | {"anchor": "y3"}
    for i, ((title, values, hover), colour) in enumerate(zip(panels, CURVE_COLOURS, strict=True)):
        name = f"y{i + 1}"
        top = 1 - i * (_PANEL + _GAP)
        layout[f"yaxis{i + 1}"] = {
            "title": titled(title),
            "domain": [max(0.0, top - _PANEL), top],
            "nticks": 5,
            "rangemode": "normal" if i == 0 else "tozero",
        }
        traces.append(
            {
                "type": "scatter",
                "x": times,
                "y": values,
                "yaxis": name,
                "mode": "lines",
                "line": {"width": 1.5, "color": colour},
                "hovertemplate": f"{hover}<extra></extra>",
            }
        )
    return picture(traces, layout, height=400, description=_description(spectra, level_db, crossings, centroid_hz))


def audible_curves(spectra: Spectra) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Level in dBFS, zero crossings a second and centroid in Hz; the latter two NaN where it is quiet."""
    level_db = np.maximum(decibels(spectra.rms), np.float32(_LOWEST_DBFS))
    quiet = (level_db < level_db.max() - _AUDIBLE_DB) | (level_db <= _LOWEST_DBFS)
    crossings = np.where(quiet, np.float32(np.nan), np.round(spectra.crossings_per_s))
    centroid_hz = np.where(quiet, np.float32(np.nan), np.round(spectra.centroid_hz))
    return level_db.round(1), crossings, centroid_hz


def _description(spectra: Spectra, level_db: FloatArray, crossings: FloatArray, centroid_hz: FloatArray) -> str:
    length = moment(spectra.duration_s)
    if np.isnan(crossings).all():
        return _("Frame curves over {length}: silence.", length=length)
    loudest = int(level_db.argmax())
    return _(
        "Frame curves over {length}: level highest at {time} with {highest:.1f} dBFS, median {median:.1f} dBFS; where "
        "there is sound, {crossings:.0f} zero crossings a second and a spectral centroid of {centroid} (medians).",
        length=length,
        time=moment(float(spectra.times_s[loudest])),
        highest=Number(level_db[loudest]),
        median=Number(np.median(level_db)),
        crossings=Number(np.nanmedian(crossings)),
        centroid=hertz(float(np.nanmedian(centroid_hz))),
    )
