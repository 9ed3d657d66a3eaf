"""A recording's pictures on paper: waveform, spectrogram, pitch and level, all on one time axis.

They are drawn from a layer of sound as a player fetches it (`ser_core.figures.sound_layers`), so that a recording of
hours needs no second reading.
"""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from plotly.colors import sample_colorscale

from ser_core.arrays import DoubleArray
from ser_core.figures.sound_layers import unpacked
from ser_core.figures.views import TOP_DB
from ser_core.reports.ribbons import WIDTH
from ser_core.text.numbers import Number

# As many columns as a printer shows in the width of a page at 170 dots an inch.
_COLUMNS = 1200
_OUTLINE_POINTS = 1000
_CURVE_POINTS = 500
# Silence between words would flatten everything above it.
_LEVEL_RANGE_DB = 45.0


@dataclass(frozen=True)
class Curve:
    """A curve over time.

    Attributes:
        path: an SVG path in a chart of the width `WIDTH`; "" where there is nothing to draw.
        lowest, highest: what the lower and the upper edge stand for, with their unit.
    """

    path: str
    lowest: str = ""
    highest: str = ""


@dataclass(frozen=True)
class SoundPictures:
    """What is drawn of a recording.

    Attributes:
        outline: the waveform, an SVG path.
        spectrogram: a PNG picture as a `data:` address, lowest frequency at the bottom.
        highest_hz: frequency at the top of the spectrogram.
        pitch, level: the curves; the pitch has none where nothing is voiced or it was not tracked.
    """

    outline: str
    spectrogram: str
    highest_hz: float
    pitch: Curve
    level: Curve


def sound_pictures(files: Mapping[str, bytes], duration_s: float, height: Mapping[str, float]) -> SoundPictures:
    """The pictures of a recording from the files of the layer that is the whole of it.

    `height` is that of the "outline", of the "pitch" and of the "level", in a chart's units.
    """
    header, arrays = unpacked(files["curves"])
    scale = WIDTH / duration_s
    times = header["times"]
    level_db = arrays["level"] / 2 + header["lowest_dbfs"]
    pitch = Curve("")
    if "pitch" in arrays:
        pitch = _pitch(arrays["pitch"] / 10, _at(times["pitch"], len(arrays["pitch"])) * scale, height["pitch"])
    picture, highest_hz = _spectrogram(files["mel"])
    return SoundPictures(
        _outline(arrays["lowest"], arrays["highest"], _at(times["outline"], len(arrays["lowest"])) * scale, height),
        picture,
        highest_hz,
        pitch,
        _level(level_db, _at(times["frames"], len(level_db)) * scale, height["level"]),
    )


def _at(times: Mapping[str, float], count: int) -> DoubleArray:
    """The middle of each column, in seconds."""
    return np.asarray(times["start_s"] + (np.arange(count) + 0.5) * times["column_s"], dtype=np.float64)


def _outline(lowest: Any, highest: Any, x: DoubleArray, height: Mapping[str, float]) -> str:
    starts = np.unique(np.linspace(0, len(x), min(len(x), _OUTLINE_POINTS), endpoint=False).astype(int))
    low, high = np.minimum.reduceat(lowest, starts), np.maximum.reduceat(highest, starts)
    limit = max(1.0, float(max(-low.min(), high.max())))
    middle = height["outline"] / 2
    points = [
        *zip(x[starts], middle - high / limit * middle, strict=True),
        *zip(x[starts][::-1], (middle - low / limit * middle)[::-1], strict=True),
    ]
    return "M" + "L".join(f"{px:.1f},{py:.1f}" for px, py in points) + "Z"


def _spectrogram(content: bytes) -> tuple[str, float]:
    header, arrays = unpacked(content)
    cells = arrays["cells"]
    steps = TOP_DB // int(header["step_db"])
    if cells.shape[1] > _COLUMNS:
        starts = np.linspace(0, cells.shape[1], _COLUMNS, endpoint=False).astype(int)
        cells = np.maximum.reduceat(cells, starts, axis=1)
    picture = Image.fromarray(np.ascontiguousarray(cells[::-1]), mode="P")
    colours = sample_colorscale("Magma", [i / steps for i in range(steps + 1)], colortype="tuple")
    picture.putpalette([round(255 * part) for colour in colours for part in colour])
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii"), float(header["rows_hz"][-1])


def _pitch(f0_hz: DoubleArray, x: DoubleArray, height: float) -> Curve:
    voiced = f0_hz > 0
    if not voiced.any():
        return Curve("")
    low_hz, high_hz = f0_hz[voiced].min() / 1.1, f0_hz[voiced].max() * 1.1
    logs = np.where(voiced, np.log(np.maximum(f0_hz, 1.0)), np.nan)
    share = (logs - np.log(low_hz)) / np.log(high_hz / low_hz)
    return Curve(_path(x, (1 - share) * height), f"{low_hz:.0f} Hz", f"{high_hz:.0f} Hz")


def _level(level_db: DoubleArray, x: DoubleArray, height: float) -> Curve:
    high_db = float(level_db.max())
    low_db = high_db - _LEVEL_RANGE_DB
    share = np.clip((level_db - low_db) / _LEVEL_RANGE_DB, 0.0, 1.0)
    return Curve(_path(x, (1 - share) * height), f"{Number(low_db):.0f} dBFS", f"{Number(high_db):.0f} dBFS")


def _path(x: DoubleArray, y: DoubleArray) -> str:
    """The points as a path of few enough pieces, broken where there is nothing."""
    group = -(-len(x) // _CURVE_POINTS)
    parts, is_drawing = [], False
    for start in range(0, len(x), group):
        some = y[start : start + group]
        there = some[~np.isnan(some)]
        if there.size:
            parts.append(f"{'L' if is_drawing else 'M'}{x[start : start + group].mean():.1f},{there.mean():.1f}")
        is_drawing = bool(there.size)
    return "".join(parts)
