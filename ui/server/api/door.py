"""Who comes in: programs that show the token, with files for which there is room. Everybody else is refused before a
byte of what they send is read.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from ser_core.config import Settings
from ser_core.machine import memory_limit_bytes, memory_used_bytes
from ui.server import logs, metrics

NOT_KEPT = {"Cache-Control": "no-store"}
"""What no answer goes without: neither a proxy nor a browser keeps it."""

Received = TypeVar("Received")
Endpoint = Callable[[Request], Awaitable[Response]]

_MB = 1 << 20
# The form around the files, and its other fields.
_FORM_BYTES = 64 << 10
# Memory per byte of a file while it arrives: what has come, and the same again whenever that is made longer.
_COPIES = 2
# For what the visitors of the pages do meanwhile.
_KEPT_FREE_BYTES = 64 * _MB
# So many requests are received or heard at once; more have to ask again.
MOST_AT_ONCE = 16
# A body that has not arrived by then never will: a telephone's line, and half a minute.
_GRACE_S, _LEAST_BYTES_A_S = 30.0, 64 << 10


class Door:
    """Lets requests through to an endpoint. Only the event loop may touch it."""

    def __init__(
        self,
        settings: Settings,
        *,
        limit_bytes: int | None = None,
        used_bytes: Callable[[], int | None] = memory_used_bytes,
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        self._token = _digest(settings.api_token or "")
        self._most_bytes = settings.max_upload_mb * _MB + _FORM_BYTES
        self._limit_bytes = memory_limit_bytes() if limit_bytes is None else limit_bytes
        self._used_bytes, self._most_at_once = used_bytes, most_at_once
        self._inside = 0
        self._promised_bytes = 0

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, for those who may."""

        async def guarded(request: Request) -> Response:
            refusal = self._refusal(request)
            if refusal is not None:
                return refusal
            needed_bytes = _COPIES * _length(request)
            self._inside += 1
            self._promised_bytes += needed_bytes
            try:
                return await endpoint(request)
            except ClientDisconnect:
                return refused(400, "The file did not arrive completely.")
            finally:
                self._inside -= 1
                self._promised_bytes -= needed_bytes

        return guarded

    def _refusal(self, request: Request) -> Response | None:
        if not self._is_known(request):
            return refused(
                401,
                "Show the token of this server: Authorization: Bearer TOKEN.",
                {"WWW-Authenticate": 'Bearer realm="ser"'},
            )
        if request.method != "POST":
            return None
        stated = request.headers.get("content-length", "")
        if not stated.isdecimal():
            return refused(411, "Say how long the body is (Content-Length).")
        if int(stated) > self._most_bytes:
            return refused(413, f"The file is too large: at most {self._most_bytes // _MB} MB are accepted.")
        if self._inside >= self._most_at_once:
            return refused(503, "Too many recordings are being heard. Ask again in a moment.", {"Retry-After": "5"})
        if not self._fits(_COPIES * int(stated)):
            metrics.UPLOADS_REFUSED.inc()
            logs.tell("upload_refused", size_bytes=int(stated), reason="memory")
            return refused(503, "The server has no memory for this file at the moment.", {"Retry-After": "60"})
        return None

    def _is_known(self, request: Request) -> bool:
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        # The time that this takes says nothing about the token, not even its length.
        return hmac.compare_digest(_digest(shown.strip()), self._token) and scheme.lower() == "bearer"

    def _fits(self, needed_bytes: int) -> bool:
        used_bytes = self._used_bytes()
        if self._limit_bytes is None or used_bytes is None:
            return True
        return used_bytes + self._promised_bytes + needed_bytes + _KEPT_FREE_BYTES <= self._limit_bytes


async def in_time(request: Request, receiving: Awaitable[Received]) -> Received:
    """What is received of the body. Raises TimeoutError when it arrives too slowly."""
    async with asyncio.timeout(_GRACE_S + _length(request) / _LEAST_BYTES_A_S):
        return await receiving


def refused(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An answer that is an error, in the one shape that all errors have."""
    return JSONResponse({"error": sentence}, status, {**NOT_KEPT, **(headers or {})})


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def _length(request: Request) -> int:
    stated = request.headers.get("content-length", "")
    return int(stated) if stated.isdecimal() else 0
