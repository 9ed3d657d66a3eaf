from pathlib import PurePath

import streamlit as st

from ui import analysis, answer, closer, downloads, frame, over_time, sources
from ui.errors import told_kindly

frame.start(
    "Analyse",
    heading="Which emotion does this voice carry?",
    lead="Give a recording, and see what it sounds like, how sure the model is, and why.",
)
recording = sources.choose()
if recording is None:
    st.stop()

sources.introduce(recording)
with told_kindly():
    report = analysis.report_of(recording)
    stem = PurePath(recording.name).stem
    answer.show(report, stem)
    downloads.show(report)
    over_time.show(report, stem)
    closer.show(recording, report, stem)
