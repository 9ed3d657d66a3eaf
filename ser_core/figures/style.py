"""What all figures have in common: theme, time axis, toolbar, and the sentence that describes the picture."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from ser_core.arrays import FloatArray, RealArray
from ser_core.language import _, current
from ser_core.language.numbers import signs
from ser_core.text.numbers import Number

# Mid-grey with the same contrast, 4.4:1, on white and on Streamlit's dark page (#0e1117): readable on both.
NEUTRAL_COLOUR = "#797979"
# The colour of waveforms and levels; 3.9:1 on white and 4.9:1 on the dark pages.
SOUND_COLOUR = "#2F80ED"
_FAINT = "rgba(121, 121, 121, 0.25)"
# Recordings of at least this length get clock time on their axis: 2:35 is easier to find in a player than 155 s.
_CLOCK_FROM_S = 120.0
# The clock starts on 2 January 1970: on the first, Plotly would take 75 or 1275 milliseconds for years.
_MIDNIGHT_MS = 86_400_000.0
# Pixels between an axis and its title, fewer than in themes, because a phone has no space to spare. The padding, as
# wide as in Streamlit's theme, has to fit in, because Plotly ignores it when it places the title.
_PADDING = 8
_TITLE_STANDOFF = _PADDING + 4
_TITLE_LINE = 48
_TITLE_ROOM = 16

# The look of a figure without a theme, as in a notebook: transparent, and readable on light and dark. It is a template,
# not a layout, because Streamlit's theme replaces the colours and fonts of a template (and gives downloaded pictures
# the page's background) but leaves those of a layout alone.
_TEMPLATE: dict[str, Any] = {
    "layout": {
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "font": {"color": NEUTRAL_COLOUR, "size": 12},
        "margin": {"pad": _PADDING},
        "modebar": {"bgcolor": "rgba(0, 0, 0, 0)", "color": NEUTRAL_COLOUR, "activecolor": SOUND_COLOUR},
        "xaxis": {"showgrid": False, "zeroline": False, "gridcolor": _FAINT, "automargin": True},
        "yaxis": {"gridcolor": _FAINT, "zerolinecolor": _FAINT, "automargin": True},
    }
}

# A legend below the plot, where it takes height instead of width.
LEGEND_BELOW: dict[str, Any] = {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0}

_REMOVED_BUTTONS = ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "sendChartToCloud"]

# Plotly's options for every picture: a toolbar that is always visible (touch screens cannot hover), with zoom, pan,
# reset and download, and no logo.
PICTURE_CONFIG: dict[str, Any] = {
    "displayModeBar": True,
    "displaylogo": False,
    "showSendToCloud": False,
    "responsive": True,
    "scrollZoom": False,
    "modeBarButtonsToRemove": _REMOVED_BUTTONS,
}


def picture_config(picture: str, stem: str = "") -> dict[str, Any]:
    """Plotly's options for one picture, which is downloaded as `STEM-PICTURE.png` at twice its size on screen.

    `stem` is usually the name of the recording without its suffix. Characters other than letters, digits, dots, hyphens
    and underscores become hyphens, and a name of more than 80 characters is cut.
    """
    words = (re.sub(r"[^\w.-]+", "-", text).strip("-.")[:80] for text in (stem, picture))
    name = "-".join(word for word in words if word)
    return PICTURE_CONFIG | {"toImageButtonOptions": {"format": "png", "scale": 2, "filename": name}}


def picture(traces: Sequence[dict[str, Any]], layout: dict[str, Any], *, height: int, description: str) -> go.Figure:
    """A figure with the common look, this height in pixels, and the sentence that `describe` returns.

    It is created in one step, because Plotly checks a figure at every change, which takes ten times as long.
    """
    common = {
        "template": _TEMPLATE,
        "height": height,
        # The toolbar is in the upper margin, so that it never covers the drawing.
        "margin": {"l": 4, "r": 8, "t": 34, "b": 4},
        # Otherwise a finger that scrolls the page across a picture would zoom the picture instead; the toolbar turns
        # zooming and panning on.
        "dragmode": False,
        "meta": {"description": description},
        "separators": "".join(signs(current())),
    }
    return go.Figure(data=list(traces), layout=common | layout)


def with_title(figure: go.Figure, text: str) -> go.Figure:
    """The figure with a title in its upper margin, where a page has the tool bar and a saved picture has none.

    `text` is outside text. It goes over two lines, and is cut, where it would be wider than a phone.
    """
    lines = wrap(text, _TITLE_LINE, max_lines=2, placeholder=" …")
    figure.layout.title = {
        "text": "<br>".join(plain(line) for line in lines),
        "font": {"size": 12, "weight": "normal"},
        "x": 0.01,
        "xanchor": "left",
        "xref": "container",
        "y": 1,
        "yref": "container",
        "yanchor": "top",
        "pad": {"t": 4},
        "automargin": False,
    }
    # Room for what else a figure has above its plot.
    figure.layout.margin.t += _TITLE_ROOM
    figure.layout.height += _TITLE_ROOM
    return figure


def titled(text: str) -> dict[str, Any]:
    """Title of an axis."""
    return {"text": text, "standoff": _TITLE_STANDOFF}


def describe(figure: go.Figure) -> str:
    """One sentence with the measurements shown in a figure of this package, for screen readers."""
    return str(figure.layout.meta["description"])


@dataclass(frozen=True)
class TimeAxis:
    """The time axis of a sound: in seconds, or as clock time from two minutes on.

    Attributes:
        duration_s: length of the sound in seconds.
    """

    duration_s: float

    @property
    def is_clock(self) -> bool:
        """Whether the axis shows clock time."""
        return self.duration_s >= _CLOCK_FROM_S

    @property
    def title(self) -> str:
        """Title of the axis, with its unit."""
        if not self.is_clock:
            return _("Time (s)")
        return _("Time (min:s)") if self.duration_s < 3600 else _("Time (h:min:s)")

    @property
    def hover(self) -> str:
        """The moment under the pointer, for a hover template."""
        return f"%{{x|{self._clock_format}}}" if self.is_clock else "%{x:.2f} s"

    def values(self, times_s: npt.ArrayLike) -> RealArray:
        """Moments in seconds as values on this axis: float32 seconds, or float64 milliseconds of Plotly's clock."""
        if self.is_clock:
            return _MIDNIGHT_MS + self.widths(times_s)
        return self.widths(times_s)

    def widths(self, lengths_s: npt.ArrayLike) -> RealArray:
        """Lengths in seconds as distances on this axis."""
        if self.is_clock:
            return 1000.0 * np.asarray(lengths_s, dtype=np.float64)
        return np.asarray(lengths_s, dtype=np.float32)

    def layout(self) -> dict[str, Any]:
        """Options of the x-axis."""
        options: dict[str, Any] = {"title": titled(self.title), "hoverformat": ".2f"}
        options["range"] = [float(edge) for edge in self.values([0.0, self.duration_s])]
        if self.is_clock:
            options |= {"type": "date", "tickformat": self._clock_format, "hoverformat": self._clock_format}
        return options

    @property
    def _clock_format(self) -> str:
        return "%-M:%S" if self.duration_s < 3600 else "%-H:%M:%S"


def moment(time_s: float) -> str:
    """A moment or length in words: 1.4 s, 2:05, 1:02:03."""
    if time_s < _CLOCK_FROM_S:
        return _("{seconds:.1f} s", seconds=float(time_s))
    minutes, seconds = divmod(round(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def hertz(frequency_hz: float) -> str:
    """A frequency in words, to two or three digits: 95 Hz, 220 Hz, 1.3 kHz."""
    if frequency_hz < 1000:
        return f"{Number(frequency_hz):.0f} Hz"
    return f"{Number(frequency_hz / 1000):.1f} kHz"


def decibels(linear: npt.ArrayLike) -> FloatArray:
    """Converts linear amplitude to dB relative to full scale, elementwise; silence is -120."""
    return (20 * np.log10(np.maximum(np.abs(linear), 1e-6))).astype(np.float32)


def plain(text: str) -> str:
    """Outside text for a figure, escaped because Plotly would otherwise interpret markup in it."""
    return escape(text, quote=False)


def translucent(colour: str, alpha: float) -> str:
    """A colour such as #0072B2 with the given opacity."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha})"


def boxes(left: FloatArray, right: FloatArray, bottom: float, top: float) -> dict[str, Any]:
    """One filled trace of boxes from `left` to `right` on the x-axis, all of the same height."""
    gap = np.full_like(left, np.nan)
    return {
        "type": "scatter",
        "x": np.column_stack([left, left, right, right, left, gap]).ravel(),
        "y": np.tile(np.array([bottom, top, top, bottom, bottom, np.nan], dtype=np.float32), len(left)),
        "mode": "lines",
        "fill": "toself",
    }


def per_cent(share: float) -> str:
    """A probability as text: 83%, but <1% if it is small and not zero, and >99% if it is not certain."""
    if 0 < share < 0.01:
        return "<1%"
    if 0.99 < share < 1:
        return ">99%"
    return f"{100 * share:.0f}%"
