"""The closer look at a recording: hear it, and see its waveform, spectrogram, cepstrum and frame curves."""

import math
from collections.abc import Callable
from typing import Literal, cast, get_args

import plotly.graph_objects as go
import streamlit as st

from ser_core.audio import to_wav
from ser_core.figures import (
    FrequencyAxis,
    SoundView,
    describe,
    frame_curves,
    mfcc_picture,
    picture_config,
    spectrogram,
    waveplot,
)
from ui.analyse.analysis import PART_S, Part, part_of
from ui.analyse.sources import Recording
from ui.shared.errors import told_kindly
from ui.shared.text import clock

DeltaOrder = Literal[0, 1, 2]

_AXIS_HELP: dict[FrequencyAxis, str] = {
    "linear": "**Linear**: every kilohertz takes the same height.",
    "mel": "**Mel**: spaced as the ear hears, low tones wide and high ones narrow. The model looks at this one.",
    "log": "**Logarithmic**: every octave takes the same height, as on a piano.",
}
_ORDER_NAMES: dict[DeltaOrder, str] = {0: "Coefficients", 1: "Deltas", 2: "Delta-deltas"}


def show(recording: Recording, duration_s: float, stem: str) -> None:
    """Draw the player and the pictures. `stem` begins the names of downloaded pictures."""
    st.subheader("Listen and look closer", anchor=False)
    _explore(recording, duration_s, stem)


# A fragment: another axis or another tab redraws this part of the page alone.
@st.fragment
def _explore(recording: Recording, duration_s: float, stem: str) -> None:
    with told_kindly():
        part = part_of(recording, _choose_start(duration_s))
    _player(part)
    _picture(
        waveplot(part.view),
        "waveplot",
        stem,
        "**Waveform**: the air pressure over time. Tall is loud, flat is a pause.",
    )
    drawings: dict[str, Callable[[SoundView, str], None]] = {
        "Spectrogram": _spectrogram,
        "MFCC": _mfcc,
        "Frame curves": _frame_curves,
    }
    for tab, (_, draw) in zip(
        st.tabs(list(drawings), on_change="rerun", key="pictures"), drawings.items(), strict=True
    ):
        if tab.open:
            with tab:
                draw(part.view, stem)
    st.caption("The camera in a picture's tool bar saves it as PNG; the house brings the whole picture back.")


def _choose_start(duration_s: float) -> float:
    """Where the part to look at begins, in seconds; asks only when the recording is longer than a part."""
    if duration_s <= PART_S:
        return 0.0
    starts = range(math.ceil(duration_s / PART_S))
    chosen = st.select_slider(
        "Part of the recording",
        starts,
        format_func=lambda i: f"{clock(i * PART_S)}–{clock(min((i + 1) * PART_S, duration_s))}",
        help="Sound and pictures show a minute at a time, counted from its start. The answer above is about the "
        "whole recording.",
        key="part",
    )
    return chosen * PART_S


def _player(part: Part) -> None:
    st.audio(to_wav(part.clip), format="audio/wav", alt="The recording as the model hears it: mono, 16 kHz")


def _spectrogram(view: SoundView, stem: str) -> None:
    axis = cast(
        FrequencyAxis,
        st.segmented_control(
            "Frequency axis",
            get_args(FrequencyAxis),
            default="linear",
            required=True,
            format_func=lambda axis: {"linear": "Linear", "mel": "Mel", "log": "Logarithmic"}[axis],
            key="axis",
        ),
    )
    _picture(
        spectrogram(view, axis),
        f"spectrogram-{axis}",
        stem,
        f"Which tones sound when: low ones below, bright where they are strong. {_AXIS_HELP[axis]}",
    )


def _mfcc(view: SoundView, stem: str) -> None:
    order = cast(
        DeltaOrder,
        st.segmented_control(
            "Show",
            get_args(DeltaOrder),
            default=0,
            required=True,
            format_func=lambda order: _ORDER_NAMES[order],
            key="order",
        ),
    )
    _picture(
        mfcc_picture(view, order),
        f"mfcc-{order}",
        stem,
        "Mel-frequency cepstral coefficients: the tone colour of each moment in twenty numbers. "
        "Deltas show how fast they change, delta-deltas how fast that changes.",
    )


def _frame_curves(view: SoundView, stem: str) -> None:
    _picture(
        frame_curves(view),
        "frame-curves",
        stem,
        "How loud the voice is (level), how noisy (zero crossings: hissing sounds cross zero most often) and how "
        "bright (centroid: the middle of its tones).",
    )


def _picture(figure: go.Figure, name: str, stem: str, explanation: str) -> None:
    st.caption(explanation)
    st.plotly_chart(figure, config=picture_config(name, stem), alt=describe(figure), key=f"picture_{name}")
