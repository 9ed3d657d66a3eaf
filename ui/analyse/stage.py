"""The recording plays over its pictures; what speaks for the answer is laid over them once somebody asks."""

from functools import partial

import streamlit as st

from ser_core import audio
from ser_core.figures.sound_layers import PART_S, overlay
from ser_core.labels import STYLES, named
from ser_core.language import _
from ser_core.recognition.course import CHANGES_FROM_S, clearest_moments
from ser_core.recognition.saliency import SalientWindow
from ser_core.recognition.stretch import Stretch, hear_stretch, recall_stretch
from ser_core.records import Report
from ser_core.text.answer import in_short
from ui.analyse import analysis, saliency
from ui.analyse.sources import Recording
from ui.server.sound import Served
from ui.server.turns import Urgency, turns_for
from ui.shared import loaders, memory, waiting
from ui.shared.errors import told_kindly
from ui.shared.text import name_of
from ui.stage.player.player import Moment, Ribbon, Scene, show, wished
from ui.stage.player.staged import Staged, stage_clip, stage_file


# A fragment: what is asked at the stage redraws this part of the page alone.
@st.fragment
def play(recording: Recording, duration_s: float, report: Report | None, heard: Report | None = None) -> None:
    """Draw the stage, and under it what the model's own report, `heard`, rests on. `report` is what the page says;
    both are None when nobody speaks.
    """
    key = f"stage_{recording.digest}"
    with told_kindly():
        wish = wished(key)
        recogniser = loaders.chosen_recogniser()
        cut = partial(analysis.cut, recording)

        def hear(start_s: float, end_s: float) -> Stretch:
            if end_s - start_s > PART_S:
                return recall_stretch(report.timeline if report else (), start_s, end_s)
            return hear_stretch(cut(start_s, end_s), start_s, recogniser.predict)

        staged = _staged(recording, duration_s)
        slot = st.container()
        found = saliency.choose(recording, heard, adapted=bool(report and report.adapted_by)) if heard else None
        scene = Scene(
            name=recording.name,
            answer=f"{in_short(report.prediction.claim)} · {report.prediction.model}" if report else "",
            duration_s=duration_s,
            sound=staged.sound,
            layers=staged.layers(wish.part_s, cut),
            ribbons=[Ribbon(report.timeline)] if report else (),
            moments=[*_clearest(report), *_most_salient(found)],
            answered=staged.answer(wish.stretch, hear, recogniser.name),
            saliency=_laid_over(recording, found, recogniser.name) if found else None,
        )
        with slot:
            show(key, scene)


def files_of(recording: Recording, duration_s: float) -> dict[str, bytes]:
    """What the pictures of the whole recording are drawn from (`ser_core.figures.sound_layers`)."""
    return {name: served.content for name, served in _staged(recording, duration_s).whole.files.items()}


def _staged(recording: Recording, duration_s: float) -> Staged:
    def compute() -> Staged:
        with st.spinner(_("Drawing …")), waiting.for_turn(turns_for(duration_s), Urgency.PICTURES):
            if duration_s <= PART_S:
                return stage_clip(analysis.whole_sound(recording))
            container = audio.probe(recording.data).container
            return stage_file(
                recording.data, container, audio.read_blocks(recording.data, channel=recording.channel), duration_s
            )

    return memory.once(("stage", recording.digest), compute)


def _clearest(report: Report | None) -> list[Moment]:
    """The moments that sound most clearly like an emotion, of a recording in which it may change."""
    if report is None or report.duration_s <= CHANGES_FROM_S:
        return []
    return [
        Moment(each.start_s, each.end_s, name_of(each.emotion), STYLES[each.emotion].colour)
        for each in clearest_moments(report.timeline, report.duration_s)
    ]


def _most_salient(found: SalientWindow | None) -> list[Moment]:
    """The moment on which most of an answer rests, where one stands out."""
    if found is None or found.saliency.moment_s is None:
        return []
    start_s, end_s = found.saliency.moment_s
    return [
        Moment(
            found.start_s + start_s, found.start_s + end_s, _("speaks most for {emotion}", emotion=named(found.emotion))
        )
    ]


def _laid_over(recording: Recording, found: SalientWindow, model: str) -> Served:
    def compute() -> Served:
        return Served(overlay(found.saliency, found.start_s), "application/octet-stream")

    return memory.once(("overlay", recording.digest, model, found.emotion), compute)
