import streamlit as st

from ui.data import augmentation_bench, survey
from ui.shared import frame
from ui.shared.errors import told_kindly

frame.start(
    "Data",
    heading="What the models learn from",
    lead="Corpora of acted emotion in numbers and pictures, and a bench to try out augmentation on a recording.",
)
corpus, bench = st.tabs([":material/folder_open: Corpus", ":material/tune: Augmentation bench"])
with corpus, told_kindly():
    survey.show()
with bench, told_kindly():
    augmentation_bench.show()
