import streamlit as st

from ser_core.language import N_, _
from ui.data import augmentation_bench, survey
from ui.shared import frame
from ui.shared.errors import told_kindly

frame.start(
    N_("Data"),
    heading=_("What the models learn from"),
    lead=_("Corpora of acted emotion in numbers and pictures, and a bench to try out augmentation on a recording."),
)
corpus, bench = st.tabs([f":material/folder_open: {_('Corpus')}", f":material/tune: {_('Augmentation bench')}"])
with corpus, told_kindly():
    survey.show()
with bench, told_kindly():
    augmentation_bench.show()
