"""The server: the pages, and the route by which machines ask whether it can answer."""

import logging

import streamlit as st
from starlette.routing import Route

from ui.readiness import ready

# The model is loaded outside any page the first time, and Streamlit would remark on the spinner nobody sees.
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)

app = st.App("app.py", routes=[Route("/ready", ready)])
