import streamlit as st

from ser_core.conversations import words
from ser_core.language import N_, _
from ui.conversations import given, one, several
from ui.shared import frame
from ui.shared.errors import told_kindly

frame.start(
    N_("Conversations"),
    heading=_("How does this conversation go?"),
    lead=_(
        "Give a call or a meeting of any length and see how each party sounds over its course, or several recordings "
        "at once and get a table."
    ),
    emotions=True,
)
with st.container(border=True, key="about_customers"):
    st.markdown(f":material/gavel: {_(words.ABOUT_CUSTOMERS)}")
with told_kindly():
    recordings = given.choose()
    if len(recordings) == 1:
        one.show(recordings[0])
    elif recordings:
        several.show_table(recordings)
