import streamlit as st

from ser_core.models.results import load_results
from ui.models import choice, closely, compared
from ui.shared import frame
from ui.shared.errors import told_kindly

frame.start(
    "Models",
    heading="How well do models hear?",
    lead="The models by which people know this field, all trained and tested in the same way, and the one that "
    "answers here.",
)
with told_kindly():
    results = load_results()
    st.subheader("Side by side", anchor=False)
    compared.show(results)
    st.subheader("One model closely", anchor=False)
    closely.show(results)
    st.subheader("The model that answers", anchor=False)
    choice.show()
