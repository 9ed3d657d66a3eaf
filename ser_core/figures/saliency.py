"""What an answer rests on, laid over the mel spectrogram."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from ser_core.arrays import DoubleArray, FloatArray
from ser_core.dsp.mel import hz_to_mel
from ser_core.figures.spectral import colour_axis, mel_axis
from ser_core.figures.style import picture, plain, titled
from ser_core.figures.views import TOP_DB, fold_spectra
from ser_core.language import _
from ser_core.records import Clip, Saliency
from ser_core.text.saliency import where

# The sound is grey, so that any colour is salience. Pure black is written as Streamlit's theme does not take for one
# of its placeholders.
_GREYS = [[0, "rgb(0, 0, 4)"], [1, "rgb(235, 235, 235)"]]
# Orange for, blue against (Okabe and Ito 2008, told apart with any colour vision), and nothing where it says nothing.
_SALIENCE = [
    [0.0, "rgba(0, 145, 255, 0.75)"],
    [0.35, "rgba(0, 145, 255, 0.12)"],
    [0.5, "rgba(0, 0, 4, 0)"],
    [0.6, "rgba(255, 150, 0, 0.08)"],
    [1.0, "rgba(255, 150, 0, 0.8)"],
]
# The map is smooth: more points would draw the same.
_POINT_S = 0.025
_MARGIN_S = 0.1
# Weaker places do not fill the scale: under this (log-odds) a picture would show noise as if it mattered.
_LEAST_SCALE = 0.1


def saliency_picture(window: Clip, saliency: Saliency, answer: str, *, start_s: float = 0.0) -> go.Figure:
    """The mel spectrogram of what the model heard, in grey, and over it the places its answer rests on.

    Args:
        window: the sound that was explained.
        saliency: of it, its moments counted from the start of the window.
        answer: the emotion that is explained, in words.
        start_s: moment of the recording at which the window begins, in seconds; the time axis counts from there.

    Orange places speak for the answer, blue ones against it. A white frame is around the moment and range that most
    of it rests on. Raises AudioError when the window is empty.
    """
    spectra = fold_spectra(window)
    names, mel = mel_axis(spectra)
    # The silence around the speech was not heard, so it is not shown.
    low_s = max(0.0, float(saliency.times_s[0]) - _MARGIN_S)
    high_s = min(window.duration_s, float(saliency.times_s[-1]) + _MARGIN_S)
    shown = np.flatnonzero((spectra.times_s >= low_s) & (spectra.times_s <= high_s))
    sound = {
        "type": "heatmap",
        "z": spectra.mel[:, shown],
        "y": names,
        "x0": start_s + float(spectra.times_s[shown[0]]),
        "dx": spectra.column_s,
        "zmin": -TOP_DB,
        "zmax": 0,
        "colorscale": _GREYS,
        "showscale": False,
        "hoverinfo": "skip",
    }
    times_s = np.arange(float(saliency.times_s[0]), float(saliency.times_s[-1]) + _POINT_S / 2, _POINT_S)
    weights = _resampled(saliency, times_s, spectra.mel_hz)
    limit = max(_LEAST_SCALE, float(np.abs(weights).max()))
    overlay = {
        "type": "heatmap",
        "z": weights,
        "y": names,
        "x0": start_s + float(times_s[0]),
        "dx": _POINT_S,
        "coloraxis": "coloraxis",
        "hovertemplate": "%{x:.2f} s<br>%{y}<br>%{z:+.2f} "
        + _("for {emotion}", emotion=plain(answer))
        + "<extra></extra>",
    }
    layout = {
        "xaxis": {
            "title": titled(_("Time (s)")),
            "hoverformat": ".2f",
            "range": [start_s + low_s, start_s + high_s],
        },
        "yaxis": {"title": titled(_("Frequency (Hz)")), "showgrid": False, "zeroline": False, **mel},
        "coloraxis": colour_axis(_SALIENCE, -limit, limit, _("Speaks for {emotion} (log-odds)", emotion=plain(answer))),
        "shapes": _frame(saliency, start_s, spectra.mel_hz),
    }
    return picture([sound, overlay], layout, height=340, description=_description(saliency, answer, start_s))


def _resampled(saliency: Saliency, times_s: DoubleArray, rows_hz: FloatArray) -> FloatArray:
    """The map at other moments and frequencies, shape (rows, moments)."""
    mel = hz_to_mel(saliency.frequencies_hz)
    in_rows = np.array([np.interp(hz_to_mel(rows_hz), mel, frame) for frame in saliency.log_odds])
    return np.array([np.interp(times_s, saliency.times_s, row) for row in in_rows.T]).round(3).astype(np.float32)


def _frame(saliency: Saliency, start_s: float, rows_hz: FloatArray) -> list[dict[str, Any]]:
    """A white frame in a dark one, seen on any ground, around the moment and range that are named."""
    if saliency.moment_s is None and saliency.range_hz is None:
        return []
    first_s, last_s = saliency.moment_s or (float(saliency.times_s[0]), float(saliency.times_s[-1]))
    low_hz, high_hz = saliency.range_hz or (float(rows_hz[0]), float(rows_hz[-1]))
    low, high = (float(row) for row in np.interp([low_hz, high_hz], rows_hz, np.arange(len(rows_hz))))
    corners = {"type": "rect", "x0": start_s + first_s, "x1": start_s + last_s, "y0": low, "y1": high}
    return [
        corners | {"line": {"color": colour, "width": width}}
        for colour, width in (("rgba(0, 0, 4, 0.7)", 4), ("rgb(255, 255, 255)", 2))
    ]


def _description(saliency: Saliency, answer: str, start_s: float) -> str:
    first_s, last_s = (start_s + float(saliency.times_s[i]) for i in (0, -1))
    return _(
        "Where the model listened for {emotion}, {start:.1f} s to {end:.1f} s: {where}.",
        emotion=answer,
        start=first_s,
        end=last_s,
        where=where(saliency, start_s),
    )
