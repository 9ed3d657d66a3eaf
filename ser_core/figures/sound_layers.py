"""What a player draws a sound from: small files that a browser fetches one by one.

A layer is a stretch of a recording at one resolution: the whole of it, or a part looked at closely. Each of its files
holds one thing that is drawn (the outline with the curves, or one picture), quantised to what an eye can tell apart
and deflated: an hour's outline and one picture of it are a quarter of a megabyte.

A file inflates to the length of its header (4 bytes, little-endian), the header (JSON), and the arrays that the header
lists, back to back and little-endian.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ser_core.arrays import FloatArray
from ser_core.dsp.pitch import HOP_S as PITCH_HOP_S
from ser_core.dsp.pitch import PitchContour, track_pitch
from ser_core.errors import AudioError
from ser_core.features.pictures import DELTA_WIDTH, delta
from ser_core.figures.curves import audible_curves
from ser_core.figures.spectral import standardised
from ser_core.figures.views import HOP_S, TOP_DB, SoundView, Spectra, survey
from ser_core.records import Clip, Saliency

# A longer stretch than this is not held whole, and its finest details are not told apart on any screen.
PART_S = 60.0
# Finding the pitch takes a hundredth of the sound's length: beyond this, nobody waits for it.
PITCH_UP_TO_S = 180.0
# 2 ms of outline and 20 ms of picture in a minute; every sample's peak and 10 ms in five seconds.
_OUTLINE_COLUMNS = 32_768
_PICTURE_COLUMNS = 4_096
# A whole long recording is an overview, which zooming in replaces by a part.
_OVERVIEW_OUTLINE_COLUMNS = 65_536
_OVERVIEW_PICTURE_COLUMNS = 2_048
# Its columns are longer than a frame of every 10 ms would need, up to where frames still touch.
_OVERVIEW_FRAMES = 65_536
_LONGEST_HOP_S = 0.05
# Two levels of 2 dB are just told apart as colours; half the steps deflate to half the bytes.
_STEP_DB = 2
_LOWEST_DBFS = -90
_MAX_DEVIATIONS = 3.0
# Weaker evidence does not fill the scale: it would look as if it mattered.
_LEAST_LOG_ODDS = 0.1


@dataclass(frozen=True, eq=False)
class SoundLayer:
    """A stretch of a recording, ready to be drawn.

    Attributes:
        start_s, end_s: from when to when in the recording.
        files: content by name: "curves", and a picture each for "linear", "mel", "log", "mfcc", and, where the stretch
            is long enough, "mfcc_delta" and "mfcc_delta2".
    """

    start_s: float
    end_s: float
    files: Mapping[str, bytes]


def sound_layer(clip: Clip, *, start_s: float = 0.0) -> SoundLayer:
    """A clip, which begins at `start_s` of its recording, in all detail.

    Raises AudioError when it is empty or longer than a minute.
    """
    if clip.duration_s > PART_S + 0.5:
        raise AudioError(
            "A part is drawn of at most {part_s:.0f} s; got {duration_s:.1f} s. Draw an overview.",
            part_s=PART_S,
            duration_s=clip.duration_s,
        )
    view = survey(clip, max_envelope_columns=_OUTLINE_COLUMNS, max_columns=_PICTURE_COLUMNS)
    return _layer(view, track_pitch(clip), start_s)


def overview(blocks: Iterable[Clip], duration_s: float) -> SoundLayer:
    """A whole recording of about `duration_s` seconds that comes in blocks, with the pitch where it is not too long.

    Memory does not grow with its length beyond `PITCH_UP_TO_S`. Raises AudioError as `survey`.
    """
    kept: list[Clip] = []

    def watched() -> Iterable[Clip]:
        for block in blocks:
            if duration_s <= PITCH_UP_TO_S:
                kept.append(block)
            yield block

    view = survey(
        watched(),
        max_envelope_columns=_OVERVIEW_OUTLINE_COLUMNS,
        max_columns=_OVERVIEW_PICTURE_COLUMNS,
        hop_s=min(_LONGEST_HOP_S, max(HOP_S, duration_s / _OVERVIEW_FRAMES)),
    )
    pitch = None
    if kept:
        pitch = track_pitch(Clip(np.concatenate([block.samples for block in kept]), kept[0].rate_hz))
    return _layer(view, pitch, 0.0)


def overlay(saliency: Saliency, start_s: float) -> bytes:
    """A file of what is laid over a spectrogram: how much each place speaks for an answer, and what speaks most.

    The moments of `saliency` are counted from `start_s` of the recording.
    """
    times_s = start_s + saliency.times_s
    limit = max(_LEAST_LOG_ODDS, float(np.abs(saliency.log_odds).max()))
    header = {
        "start_s": float(times_s[0]),
        "column_s": float(times_s[1] - times_s[0]) if len(times_s) > 1 else PITCH_HOP_S,
        "rows_hz": _rounded(saliency.frequencies_hz),
        "moment_s": saliency.moment_s and [start_s + at_s for at_s in saliency.moment_s],
        "range_hz": saliency.range_hz,
    }
    return _packed(header, {"cells": np.round(saliency.log_odds.T / limit * 127).astype(np.int8)})


def unpacked(content: bytes) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """The header of a layer's file, and its arrays by name."""
    raw = zlib.decompress(content)
    start = 4 + int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4:start])
    arrays = {}
    for listed in header.pop("arrays"):
        dtype = np.dtype(listed["dtype"]).newbyteorder("<")
        count = int(np.prod(listed["shape"]))
        arrays[listed["name"]] = np.frombuffer(raw, dtype, count, start).reshape(listed["shape"])
        start += count * dtype.itemsize
    return header, arrays


def _layer(view: SoundView, pitch: PitchContour | None, start_s: float) -> SoundLayer:
    spectra = view.spectra
    time = _times(spectra, start_s)
    files = {"curves": _curves(view, pitch, start_s)}
    for name, cells, rows_hz, loudest in (
        ("linear", spectra.linear, spectra.linear_hz, spectra.loudest_power),
        ("mel", spectra.mel, spectra.mel_hz, spectra.loudest_mel_power),
        ("log", spectra.log, spectra.log_hz, spectra.loudest_power),
    ):
        # Levels are counted from the loudest cell of the layer; its own level lets two layers share one scale.
        header = time | {
            "rows_hz": _rounded(rows_hz),
            "step_db": _STEP_DB,
            "loudest_db": round(float(10 * np.log10(max(loudest, 1e-10))), 1),
        }
        files[name] = _packed(header, {"cells": ((cells.astype(np.int16) + TOP_DB) // _STEP_DB).astype(np.uint8)})
    for order, name in enumerate(("mfcc", "mfcc_delta", "mfcc_delta2")):
        if order and spectra.mfcc.shape[1] < DELTA_WIDTH:
            break
        deviations = standardised(delta(spectra.mfcc, order=order) if order else spectra.mfcc)
        cells = np.round(np.clip(deviations / _MAX_DEVIATIONS, -1, 1) * 127).astype(np.int8)
        files[name] = _packed(time, {"cells": cells})
    return SoundLayer(start_s, start_s + spectra.duration_s, files)


def _curves(view: SoundView, pitch: PitchContour | None, start_s: float) -> bytes:
    outline, spectra = view.envelope, view.spectra
    level_db, crossings, centroid_hz = audible_curves(spectra)
    arrays = {
        "lowest": np.round(np.clip(outline.lowest, -1, 1) * 127).astype(np.int8),
        "highest": np.round(np.clip(outline.highest, -1, 1) * 127).astype(np.int8),
        "level": np.round((level_db - _LOWEST_DBFS) * 2).astype(np.uint8),
        # 0 stands for nothing to be drawn.
        "crossings": _counts(crossings),
        "centroid": _counts(centroid_hz),
    }
    times = {
        "outline": {"start_s": start_s, "column_s": outline.column_s},
        "frames": _times(spectra, start_s),
    }
    if pitch is not None:
        arrays["pitch"] = _counts(pitch.f0_hz * 10)
        times["pitch"] = {"start_s": start_s, "column_s": PITCH_HOP_S}
    return _packed({"times": times, "lowest_dbfs": _LOWEST_DBFS}, arrays)


def _times(spectra: Spectra, start_s: float) -> dict[str, float]:
    """When the first column begins, half a column before its middle, and how long each is."""
    return {"start_s": start_s + spectra.first_column_s - spectra.column_s / 2, "column_s": spectra.column_s}


def _counts(values: Any) -> Any:
    return np.round(np.nan_to_num(values)).clip(0, 65_535).astype(np.uint16)


def _rounded(frequencies_hz: FloatArray) -> list[float]:
    return [round(float(hz), 1) for hz in frequencies_hz]


def _packed(header: Mapping[str, Any], arrays: Mapping[str, Any]) -> bytes:
    listed = [{"name": name, "dtype": str(array.dtype), "shape": list(array.shape)} for name, array in arrays.items()]
    head = json.dumps({**header, "arrays": listed}).encode()
    body = b"".join(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes() for array in arrays.values())
    return zlib.compress(len(head).to_bytes(4, "little") + head + body)
