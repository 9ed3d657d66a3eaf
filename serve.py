"""The server: the pages, and the endpoints for those who run it."""

import sys

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from ser_core.config import load_settings
from ser_core.errors import ConfigError
from ser_core.machine import keep_memory_in_few_pieces
from ui.server import api, failures, inbox, logs, metrics, sign_in, sound, uploads
from ui.server.headers import SafeHeaders
from ui.server.origins import Origins
from ui.server.readiness import Pulse, readiness
from ui.server.shell import Shell
from ui.server.visits import Visits
from ui.shared.loaders import named_recogniser, recogniser
from ui.stage import script

keep_memory_in_few_pieces()

try:
    settings = load_settings()
except ConfigError as error:
    sys.exit(str(error))
logs.configure(settings)
uploads.let_through(settings.max_upload_mb)

app = st.App(
    "app.py",
    routes=[
        Route("/ready", readiness(Pulse(recogniser))),
        Route("/metrics", metrics.page),
        sound.route(),
        script.route(),
        inbox.route(),
        *api.routes(settings, named_recogniser),
    ],
    middleware=[
        Middleware(SafeHeaders),
        Middleware(Origins, public_url=settings.public_url),
        Middleware(Visits),
        Middleware(uploads.Guard),
        Middleware(Shell),
    ],
    secrets=sign_in.secrets(settings),
    on_script_error=failures.show,
    lifespan=logs.lifespan,
)
