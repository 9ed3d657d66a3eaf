"""The stage: a recording plays over its pictures, all on one time axis.

The browser draws; it is told here what there is, and tells back what the person wants to know: a part of a long
recording in detail, or what is heard in a stretch. Docs: docs/stage.md.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from ser_core.figures.sound_layers import PART_S, SoundLayer
from ser_core.labels import STYLES, Emotion
from ser_core.recognition.course import RIBBON_FROM_S
from ser_core.records import Segment
from ser_core.text.answer import in_short
from ui.server.sound import Served
from ui.shared.text import download_name, name_of
from ui.stage import script
from ui.stage.player.words import words

_FOLDER = Path(__file__).parent
# A ribbon is at most so many pixels wide.
_MOST_PIECES = 1200


@dataclass(frozen=True, eq=False)
class ServedLayer:
    """A layer whose files can be fetched for as long as this is held."""

    start_s: float
    end_s: float
    files: dict[str, Served]

    @classmethod
    def of(cls, layer: SoundLayer) -> "ServedLayer":
        """The layer, from now on at the browser's disposal."""
        files = {name: Served(content, "application/octet-stream") for name, content in layer.files.items()}
        return cls(layer.start_s, layer.end_s, files)


@dataclass(frozen=True)
class Answered:
    """What is told of a stretch: facts in words with their names, and all of them in a sentence."""

    start_s: float
    end_s: float
    facts: tuple[tuple[str, str], ...]
    said: str


@dataclass(frozen=True)
class Moment:
    """A stretch worth hearing, with a button that plays it.

    Attributes:
        start_s, end_s: from when to when.
        title: what is heard there, in a word or two.
        colour: of the button's mark, hex; "" for none.
    """

    start_s: float
    end_s: float
    title: str
    colour: str = ""


@dataclass(frozen=True)
class Ribbon:
    """What a voice sounds like over time.

    Attributes:
        timeline: what was heard when.
        name: whose voice it is; "" where there is but one.
    """

    timeline: Sequence[Segment]
    name: str = ""


@dataclass(frozen=True)
class Wish:
    """What the person wants to know.

    Attributes:
        part_s: where the part of a long recording begins that is looked at closely; None for none.
        stretch: the stretch that is selected, in seconds; None for none.
    """

    part_s: float | None = None
    stretch: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Scene:
    """What is on the stage.

    Attributes:
        name: the recording's name; text, never markup.
        answer: what was heard, in words for the saved picture; "" for nothing.
        duration_s: length of the recording.
        sound: the recording as a browser plays it, from its start.
        layers: the whole first, then a part in detail where there is one.
        ribbons: what was heard when, a ribbon for each voice that is told apart.
        moments: stretches worth hearing.
        answered: what the selected stretch sounds like, once that is known.
        saliency: `ser_core.figures.sound_layers.overlay`, laid over the spectrogram.
    """

    name: str
    answer: str
    duration_s: float
    sound: Served
    layers: Sequence[ServedLayer]
    ribbons: Sequence[Ribbon] = field(default_factory=tuple)
    moments: Sequence[Moment] = field(default_factory=tuple)
    answered: Answered | None = None
    saliency: Served | None = None


def wished(key: str) -> Wish:
    """What the person at the stage called `key` wants to know, as far as the browser has said; to be read before it is
    drawn. What a browser says is not trusted: anything odd is no wish.
    """
    said = dict(st.session_state.get(key) or {}).get("wish")
    if not isinstance(said, dict):
        return Wish()
    part_s = _moment(said.get("part"))
    stretch = said.get("stretch")
    if not isinstance(stretch, list) or len(stretch) != 2:
        return Wish(part_s)
    start_s, end_s = (_moment(each) for each in stretch)
    if start_s is None or end_s is None or start_s >= end_s:
        return Wish(part_s)
    return Wish(part_s, (start_s, end_s))


def show(key: str, scene: Scene) -> None:
    """Draw the stage. `key` is another one for another recording."""
    _component()(
        key=key,
        data={
            "name": scene.name,
            "answer": scene.answer,
            "picture_name": download_name(scene.name, "pictures.png"),
            "duration_s": round(scene.duration_s, 3),
            "part_s": PART_S,
            "sound": scene.sound.path,
            "layers": [
                {
                    "start_s": layer.start_s,
                    "end_s": layer.end_s,
                    "files": {name: served.path for name, served in layer.files.items()},
                }
                for layer in scene.layers
            ],
            "ribbons": [
                {"name": each.name, "pieces": pieces(each.timeline)}
                for each in scene.ribbons
                if each.timeline and scene.duration_s >= RIBBON_FROM_S
            ],
            "emotions": {e.value: {"title": name_of(e), "colour": STYLES[e].colour} for e in Emotion},
            "moments": [asdict(moment) for moment in scene.moments],
            "stretch": scene.answered and asdict(scene.answered),
            "saliency": scene.saliency and scene.saliency.path,
            "words": words(),
        },
        on_wish_change=_nothing,
    )


def pieces(timeline: Sequence[Segment]) -> list[tuple[float, float, tuple[Emotion, ...], str]]:
    """From when to when which emotions are claimed, and that in words; neighbours that overlap meet in the middle.

    Of more pieces than a screen has room for, every so many share the answer of the surest.
    """
    group = -(-len(timeline) // _MOST_PIECES) or 1
    groups = [timeline[first : first + group] for first in range(0, len(timeline), group)]
    starts_s = [each[0].start_s for each in groups]
    ends_s = [each[-1].end_s for each in groups]
    for i, (end_s, start_s) in enumerate(zip(ends_s, starts_s[1:], strict=False)):
        if start_s < end_s:
            ends_s[i] = starts_s[i + 1] = (start_s + end_s) / 2
    surest = [max((s.prediction for s in each), key=lambda heard: heard.confidence) for each in groups]
    return [
        (round(start_s, 2), round(end_s, 2), heard.claim.emotions, in_short(heard.claim))
        for start_s, end_s, heard in zip(starts_s, ends_s, surest, strict=True)
    ]


def _moment(value: Any) -> float | None:
    is_moment = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6
    return float(value) if is_moment else None


def _nothing() -> None:
    # A callback has to be named for the component's state to reach Python; the rerun is all that is wanted.
    return None


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    # Registered once: a second registration under the same name is logged as a mistake.
    return st.components.v2.component("ser_stage", html=_text("stage.html"), css=_text("stage.css"), js=script.player())
