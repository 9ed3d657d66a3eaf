"""Pictures of what frequencies a sound is made of: spectrogram and cepstrum."""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from plotly.colors import sequential

from ser_core.arrays import FloatArray
from ser_core.features.pictures import delta
from ser_core.figures.style import TimeAxis, hertz, moment, picture, titled
from ser_core.figures.views import LOWEST_LOG_HZ, TOP_DB, SoundView, Spectra, fold_spectra
from ser_core.language import N_, _
from ser_core.records import Clip
from ser_core.text.numbers import Number

FrequencyAxis = Literal["linear", "mel", "log"]

_TICKS_HZ = {
    "mel": (250, 500, 1000, 2000, 4000, 8000, 16000),
    "log": (50, 100, 200, 500, 1000, 2000, 4000, 8000, 16000),
}
_AXIS_NAMES = {
    "linear": N_("Spectrogram"),
    "mel": N_("Mel spectrogram"),
    "log": N_("Spectrogram on a logarithmic axis"),
}
# Perceptually uniform, also with colour vision deficiencies. Magma begins with #000004, which Streamlit's theme
# takes for a placeholder of its own and paints over; written another way it stays what it is.
_MAGMA = ["rgb(0, 0, 4)", *sequential.Magma[1:]]
_VIRIDIS = list(sequential.Viridis)
# Coefficients are drawn in deviations from their mean; nearly all lie within three.
_MAX_DEVIATIONS = 3.0


def spectrogram(sound: Clip | SoundView, axis: FrequencyAxis = "linear") -> go.Figure:
    """Level of each frequency over time, in dB under the loudest cell.

    The linear axis has 256 rows of two bins, the mel axis 128 mel bands, the logarithmic axis 192 rows from
    50 Hz; time has at most 1,024 columns, each 10 ms or, in longer sounds, a power of two times that. A cell
    keeps the loudest of what it covers. Levels are rounded to whole dB. Raises AudioError when the clip is empty.
    """
    spectra = _spectra(sound)
    time = TimeAxis(spectra.duration_s)
    level_db, rows, y_axis, y_hover = _frequency_axis(spectra, axis)
    heat_map = {
        "type": "heatmap",
        "z": level_db,
        **rows,
        **_columns(spectra, time),
        "coloraxis": "coloraxis",
        "hovertemplate": f"{time.hover}<br>{y_hover}<br>%{{z}} dB<extra></extra>",
    }
    layout = {
        "xaxis": time.layout(),
        "yaxis": {"title": titled(_("Frequency (Hz)")), "showgrid": False, "zeroline": False, **y_axis},
        "coloraxis": colour_axis(_MAGMA, -TOP_DB, 0, _("Level (dB under the loudest)")),
    }
    return picture([heat_map], layout, height=340, description=_spectrogram_description(spectra, axis))


def mfcc_picture(sound: Clip | SoundView, order: Literal[0, 1, 2] = 0) -> go.Figure:
    """Twenty mel-frequency cepstral coefficients over time (order 0), their deltas (1) or delta-deltas (2).

    Coefficient 0 is a hundred times larger than number 19, so each row is coloured by its deviation from its mean
    over the sound, in standard deviations; hovering shows the coefficient itself. Deltas are changes per column
    of `Spectra.column_s` (10 ms in clips of up to ten seconds). Raises AudioError when the clip is empty or, for
    deltas, shorter than nine columns.
    """
    spectra = _spectra(sound)
    time = TimeAxis(spectra.duration_s)
    values = delta(spectra.mfcc, order=order) if order else spectra.mfcc
    name = (_("MFCC"), _("Delta MFCC"), _("Delta-delta MFCC"))[order]
    heat_map = {
        "type": "heatmap",
        "z": standardised(values),
        "y0": 0,
        "dy": 1,
        "customdata": values,
        **_columns(spectra, time),
        "coloraxis": "coloraxis",
        "hovertemplate": f"{time.hover}<br>{name} %{{y}}: %{{customdata:.2f}}"
        f"<br>{_('%{z:.1f} deviations from its mean')}<extra></extra>",
    }
    limit = _MAX_DEVIATIONS
    layout = {
        "xaxis": time.layout(),
        "yaxis": {"title": titled(_("{name} (number)", name=name)), "showgrid": False, "zeroline": False, "dtick": 5},
        "coloraxis": colour_axis(_VIRIDIS, -limit, limit, _("Deviation from the mean (SD)")),
    }
    return picture([heat_map], layout, height=300, description=_mfcc_description(name, values, spectra))


def _spectra(sound: Clip | SoundView) -> Spectra:
    return sound.spectra if isinstance(sound, SoundView) else fold_spectra(sound)


def _columns(spectra: Spectra, time: TimeAxis) -> dict[str, float]:
    """Where the columns of a heat map lie: two numbers instead of a thousand."""
    return {"x0": float(time.values(spectra.first_column_s)), "dx": float(time.widths(spectra.column_s))}


def _frequency_axis(
    spectra: Spectra, axis: FrequencyAxis
) -> tuple[npt.NDArray[np.int8], dict[str, Any], dict[str, Any], str]:
    """Levels, place of the rows, options of the y-axis, and the hover text of a row."""
    if axis == "linear":
        low_hz, step_hz = float(spectra.linear_hz[0]), float(spectra.linear_hz[1] - spectra.linear_hz[0])
        rows: dict[str, Any] = {"y0": low_hz, "dy": step_hz}
        return spectra.linear, rows, {"range": [0, spectra.rate_hz / 2]}, "%{y:.0f} Hz"
    if axis == "log":
        ticks_hz = [tick for tick in _TICKS_HZ["log"] if tick <= spectra.rate_hz / 2]
        edges = [float(np.log10(hz)) for hz in (LOWEST_LOG_HZ, spectra.rate_hz / 2)]
        options = {"type": "log", "range": edges, "tickvals": ticks_hz, "ticktext": [str(t) for t in ticks_hz]}
        return spectra.log, {"y": spectra.log_hz}, options, "%{y:.0f} Hz"
    names, options = mel_axis(spectra)
    return spectra.mel, {"y": names}, options, "%{y}"


def mel_axis(spectra: Spectra) -> tuple[list[str], dict[str, Any]]:
    """Names of the rows of a mel spectrogram, and the options of a y-axis that has them.

    Plotly has no mel axis. Rows with names are spaced evenly, which mel bands are, and the name of the row under the
    pointer is its frequency. Ticks lie between rows by their number.
    """
    ticks_hz = [tick for tick in _TICKS_HZ["mel"] if tick <= spectra.rate_hz / 2]
    names = [f"{hz:.0f} Hz" for hz in spectra.mel_hz]
    places = np.interp(ticks_hz, spectra.mel_hz, np.arange(len(names)))
    options = {
        "type": "category",
        "tickvals": [float(place) for place in places],
        "ticktext": [str(tick) for tick in ticks_hz],
        "range": [-0.5, len(names) - 0.5],
    }
    return names, options


def colour_axis(scale: list[Any], low: float, high: float, title: str) -> dict[str, Any]:
    """A colour axis with a thin bar beside the plot, its title along it: a phone has little width to spare."""
    return {
        "colorscale": scale,
        "cmin": low,
        "cmax": high,
        "colorbar": {
            "title": {"text": title, "side": "right", "font": {"size": 12}},
            "thickness": 10,
            "len": 1,
            "y": 0.5,
            "x": 1.01,
            "xpad": 2,
            "ypad": 0,
            "outlinewidth": 0,
        },
    }


def standardised(values: FloatArray) -> FloatArray:
    """Each row less its mean, in its standard deviations; a row that never moves is 0."""
    away = values - values.mean(axis=1, keepdims=True)
    deviation = away.std(axis=1, keepdims=True)
    return np.round(away / np.maximum(deviation, 1e-6), 2).astype(np.float32)


def _spectrogram_description(spectra: Spectra, axis: FrequencyAxis) -> str:
    name, length = _(_AXIS_NAMES[axis]), moment(spectra.duration_s)
    energy = np.cumsum(spectra.mean_power[1:], dtype=np.float64)
    if energy[-1] <= 0:
        return _("{picture}, {length}: silence.", picture=name, length=length)
    bin_hz = spectra.rate_hz / 2 / len(energy)
    strongest_hz = (1 + int(spectra.mean_power[1:].argmax())) * bin_hz
    most_hz = (1 + int(np.searchsorted(energy, 0.95 * energy[-1]))) * bin_hz
    loudest_s = float(spectra.times_s[int(spectra.rms.argmax())])
    return _(
        "{picture}, {length}: strongest around {strongest}, 95 per cent of the energy under {most}, loudest at {time}.",
        picture=name,
        length=length,
        strongest=hertz(strongest_hz),
        most=hertz(most_hz),
        time=moment(loudest_s),
    )


def _mfcc_description(name: str, values: FloatArray, spectra: Spectra) -> str:
    spread = values.std(axis=1)
    # Number 0 is the level; the others tell the shape of the spectrum.
    most = 1 + int(spread[1:].argmax())
    return _(
        "{picture} 0 to {last} over {length}: number 0, the level, varies by {level:.1f}, and of the others number "
        "{most} varies most, by {spread:.1f} (standard deviation).",
        picture=name,
        last=len(values) - 1,
        length=moment(spectra.duration_s),
        level=Number(spread[0]),
        most=most,
        spread=Number(spread[most]),
    )
