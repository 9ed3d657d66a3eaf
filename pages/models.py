import streamlit as st

from ser_core.language import N_, _
from ser_core.models.results import load_results
from ui.models import choice, closely, compared, same_clip
from ui.shared import frame
from ui.shared.errors import told_kindly

frame.start(
    N_("Models"),
    heading=_("How well do the models recognise emotions?"),
    lead=_("The field's classic models, all trained and tested in the same way, and the model that this app uses."),
)
with told_kindly():
    results = load_results()
    st.header(_("The model in use"), anchor=False)
    choice.show()
    same_clip.show()
    st.header(_("Side by side"), anchor=False)
    compared.show(results)
    st.header(_("One model in detail"), anchor=False)
    closely.show(results)
    st.header(_("The models' cards"), anchor=False)
    choice.show_cards()
