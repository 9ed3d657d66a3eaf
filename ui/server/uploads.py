"""Accepts uploads only while there is memory for them, so that a large one never brings the server down for
everybody.
"""

import asyncio
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from ser_core.machine import memory_limit_bytes, memory_used_bytes
from ui.server import logs, metrics

_PATH = "/_stcore/upload_file/"
# Memory per byte of a file while it arrives: Starlette collects it in a temporary file, which in a container is in
# memory, and Streamlit then reads that.
_COPIES = 2
# For what other visitors do meanwhile.
_KEPT_FREE_BYTES = 64 << 20
_PATIENCE_S = 30.0
_LOOK_AGAIN_S = 0.5
_MB = 1 << 20


def let_through(max_upload_mb: int) -> None:
    """Make Streamlit accept files of up to this many MB."""
    # The page counts a MB as a million bytes and the server as 1024 x 1024, which leaves room for the form around
    # the file.
    config.set_option("server.maxUploadSize", max_upload_mb)


class Guard:
    """ASGI middleware: an upload waits until there is memory for it, and is rejected if there is none in time."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        limit_bytes: int | None = None,
        used_bytes: Callable[[], int | None] = memory_used_bytes,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        self._app, self._used_bytes, self._patience_s = app, used_bytes, patience_s
        self._limit_bytes = memory_limit_bytes() if limit_bytes is None else limit_bytes
        # Bytes reserved for uploads in progress. Only the event loop touches this.
        self._promised_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on everything except uploads for which there is no memory."""
        if scope["type"] != "http" or scope["method"] != "PUT" or _PATH not in scope["path"]:
            await self._app(scope, receive, send)
            return
        needed_bytes = _COPIES * _length(scope)
        if not await self._room_for(needed_bytes):
            metrics.UPLOADS_REFUSED.inc()
            logs.tell("upload_refused", size_bytes=needed_bytes // _COPIES, reason="memory")
            refusal = PlainTextResponse(
                "The server has no memory for this file at the moment.", 503, {"Retry-After": "60"}
            )
            await refusal(scope, receive, send)
            return
        self._promised_bytes += needed_bytes
        try:
            await self._app(scope, receive, send)
        finally:
            self._promised_bytes -= needed_bytes

    async def _room_for(self, needed_bytes: int) -> bool:
        waited_s = 0.0
        while not self._fits(needed_bytes):
            if waited_s >= self._patience_s:
                return False
            await asyncio.sleep(_LOOK_AGAIN_S)
            waited_s += _LOOK_AGAIN_S
        return True

    def _fits(self, needed_bytes: int) -> bool:
        used_bytes = self._used_bytes()
        if self._limit_bytes is None or used_bytes is None:
            return True
        return used_bytes + self._promised_bytes + needed_bytes + _KEPT_FREE_BYTES <= self._limit_bytes


def _length(scope: Scope) -> int:
    """The size that the request declares in bytes, or the limit if it does not declare any."""
    stated = Headers(scope=scope).get("content-length", "")
    return int(stated) if stated.isdecimal() else int(config.get_option("server.maxUploadSize")) * _MB
