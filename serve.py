"""The server: the pages, and the endpoints for those who run it."""

import sys

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from ser_core.config import load_settings
from ser_core.errors import ConfigError
from ui.server import api, logs, metrics, sign_in, sound, uploads
from ui.server.readiness import readiness
from ui.server.shell import Shell
from ui.shared.loaders import named_recogniser, recogniser

try:
    settings = load_settings()
except ConfigError as error:
    sys.exit(str(error))
logs.configure(settings)
uploads.let_through(settings.max_upload_mb)

app = st.App(
    "app.py",
    routes=[
        Route("/ready", readiness(recogniser)),
        Route("/metrics", metrics.page),
        sound.route(),
        *api.routes(settings, named_recogniser),
    ],
    middleware=[Middleware(uploads.Guard), Middleware(Shell)],
    secrets=sign_in.secrets(settings),
    on_script_error=metrics.count_failure,
    lifespan=logs.lifespan,
)
