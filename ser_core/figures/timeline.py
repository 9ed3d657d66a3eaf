"""How the emotion changes over a recording, with one lane for each emotion."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from ser_core.arrays import DoubleArray, Mask
from ser_core.claim import ClaimKind
from ser_core.errors import AudioError
from ser_core.figures.style import NEUTRAL_COLOUR, TimeAxis, boxes, moment, per_cent, picture, plain, translucent
from ser_core.labels import STYLES, Emotion, named
from ser_core.language import N_, _, ngettext
from ser_core.records import Segment

MAX_COLUMNS = 1200
_LANE_HEIGHT = 30
# A probability of 1 fills this share of its lane.
_FULL = 0.88
_IN_HOVER = 3
_CLEAR = "rgba(0, 0, 0, 0)"


@dataclass(frozen=True, eq=False)
class _Columns:
    """Segments as they are drawn: pooled to what a screen can show, and without overlaps.

    Attributes:
        emotions: those the model knows, in the order of `Emotion`.
        start_s, end_s: start and end of each column, shape (columns,).
        scores: mean probability, shape (columns, emotions).
        unsure: whether more than half of the column's windows are unsure, shape (columns,).
        tied: whether more than half of them are near ties, shape (columns,).
        windows: windows per column; the last may have fewer.
    """

    emotions: tuple[Emotion, ...]
    start_s: DoubleArray
    end_s: DoubleArray
    scores: DoubleArray
    unsure: Mask
    tied: Mask
    windows: int

    @property
    def winners(self) -> npt.NDArray[np.intp]:
        """Index of the most probable emotion of each column, including unsure ones."""
        return self.scores.argmax(axis=1)

    @property
    def touch_previous(self) -> Mask:
        """Whether each column begins where the previous one ends."""
        touch = np.zeros(len(self.start_s), dtype=bool)
        touch[1:] = self.start_s[1:] <= self.end_s[:-1]
        return touch


def emotion_timeline(segments: Sequence[Segment]) -> go.Figure:
    """Emotion over time, a lane for each emotion the model knows.

    The outline in a lane is the probability of its emotion (a full lane is 100%). A lane is filled where its emotion is
    the most probable one; where the model is unsure, no lane is filled, and the lane "unsure" at the bottom is hatched.
    So the position gives the answer, and the colour only helps. Overlapping windows meet in the middle of their
    overlap. More than 1,200 windows are averaged in groups of equal size; a group is unsure if more than half of its
    windows are. Raises AudioError when there are no segments.
    """
    columns = _pooled(segments)
    time = TimeAxis(float(columns.end_s[-1]))
    lanes = [*columns.emotions]
    has_unsure = bool(columns.unsure.any())
    n_lanes = len(lanes) + has_unsure
    traces = [_outline(columns, i, n_lanes - 1 - i, time, STYLES[emotion].colour) for i, emotion in enumerate(lanes)]
    if has_unsure:
        traces.append(_unsure_lane(columns, time))
    traces.append(_answers(columns, n_lanes, time))
    layout = {
        "xaxis": time.layout(),
        "yaxis": {
            "range": [-0.06, n_lanes],
            "tickvals": [n_lanes - 1 - i + _FULL / 2 for i in range(n_lanes)],
            "ticktext": [named(emotion).capitalize() for emotion in lanes] + [f"<i>{_('unsure')}</i>"] * has_unsure,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "hovermode": "x",
        "bargap": 0,
        "showlegend": False,
    }
    height = 80 + _LANE_HEIGHT * n_lanes
    return picture(traces, layout, height=height, description=_description(segments, columns))


def _pooled(segments: Sequence[Segment]) -> _Columns:
    if not segments:
        raise AudioError("There is no emotion over time: no window of the recording contains speech.")
    known = {emotion for segment in segments for emotion in segment.prediction.scores}
    emotions = tuple(emotion for emotion in Emotion if emotion in known)
    start_s = np.array([segment.start_s for segment in segments])
    end_s = np.array([segment.end_s for segment in segments])
    middle_s = (start_s[1:] + end_s[:-1]) / 2
    overlaps = start_s[1:] < end_s[:-1]
    start_s[1:] = np.where(overlaps, middle_s, start_s[1:])
    end_s[:-1] = np.where(overlaps, middle_s, end_s[:-1])
    scores = np.array([[s.prediction.scores.get(emotion, 0.0) for emotion in emotions] for s in segments])
    kinds = [segment.prediction.kind for segment in segments]
    unsure, tied = (np.array([k is kind for k in kinds], float) for kind in (ClaimKind.UNSURE, ClaimKind.NEAR_TIE))

    windows = -(-len(segments) // MAX_COLUMNS)
    firsts = np.arange(0, len(segments), windows)
    counts = np.diff(np.append(firsts, len(segments)))
    return _Columns(
        emotions=emotions,
        start_s=start_s[firsts],
        end_s=end_s[firsts + counts - 1],
        scores=np.add.reduceat(scores, firsts) / counts[:, None],
        unsure=np.add.reduceat(unsure, firsts) / counts > 0.5,
        tied=np.add.reduceat(tied, firsts) / counts > 0.5,
        windows=windows,
    )


def _outline(columns: _Columns, number: int, lane: int, time: TimeAxis, colour: str) -> dict[str, Any]:
    """Steps of one emotion's probability above the floor of its lane, as one closed shape from start to end."""
    edges_s = np.column_stack([columns.start_s, columns.start_s, columns.end_s, columns.end_s])
    heights = columns.scores[:, number] * _FULL
    floor = np.zeros_like(heights)
    steps = np.column_stack([floor, heights, heights, floor])
    # Where columns touch, the outline steps directly from one height to the next.
    keep = np.ones(steps.shape, dtype=bool)
    keep[1:, 0] = ~columns.touch_previous[1:]
    keep[:-1, 3] = ~columns.touch_previous[1:]
    return {
        "type": "scatter",
        "x": time.values(edges_s[keep]),
        "y": (lane + steps[keep]).astype(np.float32),
        "mode": "lines",
        "line": {"width": 1, "color": colour},
        "fill": "toself",
        "fillcolor": translucent(colour, 0.22),
        "hoverinfo": "skip",
    }


def _unsure_lane(columns: _Columns, time: TimeAxis) -> dict[str, Any]:
    """The hatched lane "unsure" at the bottom, with one box for adjacent columns, or the hatching would not show."""
    goes_on = columns.unsure & columns.touch_previous
    goes_on[1:] &= columns.unsure[:-1]
    first = columns.unsure & ~goes_on
    last = columns.unsure & ~np.append(goes_on[1:], False)
    return boxes(time.values(columns.start_s[first]), time.values(columns.end_s[last]), 0, _FULL) | {
        "line": {"width": 1, "color": NEUTRAL_COLOUR},
        "fillcolor": _CLEAR,
        "fillpattern": {"shape": "/", "fgcolor": NEUTRAL_COLOUR, "size": 6, "solidity": 0.3},
        "hoverinfo": "skip",
    }


def _answers(columns: _Columns, n_lanes: int, time: TimeAxis) -> dict[str, Any]:
    """One bar per column with the hover text, in the lane of its emotion, or transparent over the lane "unsure"."""
    winners, unsure = columns.winners, columns.unsure
    confidence = columns.scores[np.arange(len(winners)), winners]
    colours = [STYLES[columns.emotions[winner]].colour for winner in winners]
    return {
        "type": "bar",
        "x": time.values((columns.start_s + columns.end_s) / 2),
        "width": time.widths(columns.end_s - columns.start_s),
        "base": np.where(unsure, 0, n_lanes - 1 - winners).astype(np.float32),
        "y": (np.where(unsure, 1, confidence) * _FULL).astype(np.float32),
        "marker": {
            "color": [_CLEAR if u else colour for u, colour in zip(unsure, colours, strict=True)],
            "line": {"width": 0},
        },
        "customdata": [_hover(columns, i) for i in range(len(winners))],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _hover(columns: _Columns, i: int) -> str:
    """The time, and the most probable emotions with their probabilities."""
    best = np.argsort(-columns.scores[i], kind="stable")[:_IN_HOVER]
    lines = [plain(f"{named(columns.emotions[j]).capitalize()} {per_cent(columns.scores[i, j])}") for j in best]
    if columns.tied[i]:
        lines[:2] = [f"<b>{_('{one} or {other}', one=lines[0], other=lines[1].lower())}</b>"]
    else:
        perhaps = _("Unsure; perhaps {emotion}", emotion=f"{lines[0][0].lower()}{lines[0][1:]}")
        lines[0] = perhaps if columns.unsure[i] else f"<b>{lines[0]}</b>"
    when = _("{start} to {end}", start=moment(columns.start_s[i]), end=moment(columns.end_s[i]))
    return "<br>".join([when, *lines])


def _description(segments: Sequence[Segment], columns: _Columns) -> str:
    length_s = columns.end_s - columns.start_s
    total_s = float(length_s.sum())
    shares = {
        named(emotion): float(length_s[(columns.winners == i) & ~columns.unsure].sum()) / total_s
        for i, emotion in enumerate(columns.emotions)
    }
    ranked = sorted(((share, name) for name, share in shares.items() if share), reverse=True)
    unsure_share = float(length_s[columns.unsure].sum()) / total_s
    parts = [(name, share) for share, name in ranked]
    if columns.unsure.any():
        parts.append((_("unsure"), unsure_share))
    (first, share), *others = parts
    said = [_("{emotion} {share:.0f} per cent", emotion=name, share=100 * less) for name, less in others]
    leading = _MOST_LIKELY if ranked else _OF_THE_TIME
    return _(
        "Emotion over {length} in {windows}: {shares}.",
        length=moment(float(columns.end_s[-1])),
        windows=ngettext("{count} window", "{count} windows", len(segments)),
        shares=", ".join([_(leading, emotion=first, share=100 * share), *said]),
    )


_MOST_LIKELY = N_("most likely {emotion} {share:.0f} per cent of the time")
_OF_THE_TIME = N_("{emotion} {share:.0f} per cent of the time")
