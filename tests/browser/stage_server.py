"""Serves the page with nothing but the stage: `streamlit run tests/browser/stage_server.py`, then `?seconds=3600`."""

from pathlib import Path

import streamlit as st

from ui.server import sound
from ui.stage import script

app = st.App(Path(__file__).with_name("stage_page.py"), routes=[sound.route(), script.route()])
