from functools import partial
from pathlib import PurePath

import streamlit as st

from ser_core.errors import NoSpeechError
from ser_core.history import NewTake
from ui.analyse import analysis, answer, closer, downloads, few_shot, over_time, saliency, sources
from ui.shared import frame, save
from ui.shared.errors import told_kindly

frame.start(
    "Analyse",
    heading="Which emotion does this voice carry?",
    lead="Give a recording, and see what it sounds like, how sure the model is, and why.",
)
with told_kindly():
    recording = sources.choose()
    if recording is None:
        st.stop()
    sources.introduce(recording)
    stem = PurePath(recording.name).stem
    try:
        heard = analysis.report_of(recording)
    except NoSpeechError as error:
        answer.show_none(error)
        closer.show(recording, error.duration_s, stem)
        st.stop()
    report = few_shot.as_adapted(recording, heard)
    answer.show(report, stem)
    few_shot.offer(recording, heard)
    saliency.show(recording, heard, stem, adapted=report.adapted_by > 0)
    over_time.show(report, stem)
    closer.show(recording, report.duration_s, stem)
    downloads.show(report)
    save.offer(
        recording.digest,
        NewTake(report),
        audio=partial(analysis.whole_sound, recording),
    )
