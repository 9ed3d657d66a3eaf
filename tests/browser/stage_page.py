"""A page with nothing but the stage, for its own browser tests: `?seconds=3600` plays an hour of it."""

import numpy as np
import soundfile
import streamlit as st

from ser_core.audio import to_wav
from ser_core.claim import ClaimKind
from ser_core.figures.sound_layers import PART_S, overview, sound_layer
from ser_core.labels import Emotion
from ser_core.records import Clip, Prediction, Segment
from ui.server.sound import Served
from ui.shared.samples import SAMPLES_DIR
from ui.stage.player.player import Answered, Ribbon, Scene, ServedLayer, show, wished

duration_s = float(st.query_params.get("seconds", "5"))
KEY = "stage"


@st.cache_resource
def voice() -> Clip:
    samples, rate_hz = soundfile.read(SAMPLES_DIR / "synthetic-changing.flac", dtype="float32")
    return Clip(samples, rate_hz)


def cut(start_s: float, end_s: float) -> Clip:
    """The voice over and over, each time with another level."""
    voiced = voice()
    rate_hz = voiced.rate_hz
    places = np.arange(round(start_s * rate_hz), round(min(end_s, duration_s) * rate_hz))
    loudness = 0.35 + 0.65 * np.abs(np.sin(places / rate_hz / 97))
    return Clip((voiced.samples[places % len(voiced.samples)] * loudness).astype(np.float32), rate_hz)


def whole() -> ServedLayer:
    if duration_s <= PART_S:
        return ServedLayer.of(sound_layer(cut(0.0, duration_s)))
    starts = np.arange(0.0, duration_s, 30.0)
    return ServedLayer.of(overview((cut(start, start + 30.0) for start in starts), duration_s))


def timeline() -> list[Segment]:
    step = 1.0 if duration_s <= 600 else 4.0
    emotions = list(Emotion)
    segments = []
    for i, start in enumerate(np.arange(0.0, duration_s, step)):
        heard = emotions[(i // 3 * 5) % len(emotions)]
        rest = {emotion: 0.05 for emotion in emotions if emotion is not heard}
        heard_here = Prediction(
            {heard: 0.65, **rest}, "demo", ClaimKind.UNSURE if i % 11 == 7 else ClaimKind.ONE_EMOTION
        )
        segments.append(Segment(float(start), float(min(start + step, duration_s)), heard_here))
    return segments


@st.fragment
def stage() -> None:
    held = st.session_state
    if "whole" not in held:
        held["whole"], held["parts"] = whole(), {}
        held["sound"] = Served(to_wav(cut(0.0, duration_s)), "audio/wav")
    wish = wished(KEY)
    layers = [held["whole"]]
    if wish.part_s is not None and duration_s > PART_S:
        part_s = wish.part_s
        if part_s not in held["parts"]:
            held["parts"][part_s] = ServedLayer.of(sound_layer(cut(part_s, part_s + PART_S), start_s=part_s))
        layers.append(held["parts"][part_s])
    answered = None
    if wish.stretch:
        start_s, end_s = wish.stretch
        facts = (("Sounds like", "Happy, 65%"), ("Length", f"{end_s - start_s:.2f} s"), ("Pitch", "212 Hz"))
        answered = Answered(start_s, end_s, facts, f"From {start_s:.1f} to {end_s:.1f} seconds: happy, 65%.")
    show(
        KEY,
        Scene(
            "voice.wav",
            "Happy, 65% · model demo",
            duration_s,
            held["sound"],
            layers,
            [Ribbon(timeline())],
            answered=answered,
        ),
    )


st.set_page_config(layout="wide")
st.title("Stage")
stage()
st.text_input("After it")
