import streamlit as st

from ser_core.results import load_results
from ui import frame, model_choice, model_closely, models_compared
from ui.errors import told_kindly

frame.start(
    "Models",
    heading="How well do models hear?",
    lead="The models by which people know this field, all trained and tested in the same way, and the one that "
    "answers here.",
)
with told_kindly():
    results = load_results()
    st.subheader("Side by side", anchor=False)
    models_compared.show(results)
    st.subheader("One model closely", anchor=False)
    model_closely.show(results)
    st.subheader("The model that answers", anchor=False)
    model_choice.show()
