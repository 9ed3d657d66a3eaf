"""The server: the pages, and the route by which machines ask whether it can answer."""

import streamlit as st
from starlette.routing import Route

from ui.readiness import ready

app = st.App("app.py", routes=[Route("/ready", ready)])
