import streamlit as st

from ser_core.language import N_, _
from ui.history import charts, takes
from ui.shared import frame, profile
from ui.shared.errors import told_kindly

frame.start(
    N_("History"),
    heading=_("Your history"),
    lead=_("The results you chose to save, and how your practice develops. Nobody else can see them."),
)
page = st.container()
profile.follow_browser()  # below the page, where its empty element leaves no gap
with page, told_kindly():
    takes.tell_what_happened()
    number = profile.current()
    if number is None or profile.history().count(number) == 0:
        takes.nothing_yet()
    else:
        charts.show(profile.history().progress(number, profile.zone()))
        takes.show(number)
    if number is not None:
        takes.voices(number)
        takes.everything(number)
    takes.how_it_is_kept()
