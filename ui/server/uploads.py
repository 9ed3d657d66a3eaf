"""Accepts uploads only while there is memory for them, from pages that are open here, and at a fair pace: neither a
large one nor an idle one keeps anybody else from theirs.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.server_util import is_xsrf_enabled
from streamlit.web.server.starlette.starlette_app_utils import validate_xsrf_token
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from ser_core.machine import memory_limit_bytes, memory_used_bytes
from ui.server import inbox, logs, memory, metrics

_STREAMLITS = "/_stcore/upload_file/"
# Memory per byte of a file while it arrives: Starlette collects it in a temporary file, which in a container is in
# memory, and Streamlit then reads that.
_COPIES = 2
_MB = 1 << 20
# For what other visitors do meanwhile.
_KEPT_FREE_BYTES = 64 * _MB
# Out of the reach of large files, so that a short recording arrives whatever else is under way.
_KEPT_FOR_SMALL_BYTES = 32 * _MB
_SMALL_BYTES = 4 * _MB
_PATIENCE_S = 30.0
_LOOK_AGAIN_S = 0.5
# So many may wait for memory.
_MOST_WAITING = 50
# So many files may a page send at once, and so many times the largest file may it have sent and not yet taken.
_MOST_OF_A_SESSION = 30
_LARGEST_OF_A_SESSION = 2
# A body that pauses for longer, or that takes longer in all, is given up. The slowest line is a telephone's.
_LONGEST_PAUSE_S = 10.0
_LEAST_BYTES_A_S = 64 << 10
_GRACE_S = 30.0


def _is_upload(path: str) -> bool:
    return _STREAMLITS in path or inbox.PATH in path


def let_through(max_upload_mb: int) -> None:
    """Make Streamlit accept files of up to this many MB."""
    # The page counts a MB as a million bytes and the server as 1024 x 1024, which leaves room for the form around
    # the file.
    config.set_option("server.maxUploadSize", max_upload_mb)


def session_is_open(session: str) -> bool:
    """Whether a page with this session is open in a browser."""
    return runtime.exists() and runtime.get_instance().is_active_session(session)


def held_bytes(session: str) -> int:
    """Bytes of the files that a session has uploaded and its page has not released."""
    if not runtime.exists():
        return 0
    stored = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {}).get(session, {})
    return sum(len(file.data) for file in list(stored.values()))


def release_mine() -> None:
    """Drop the files that this session, whose page is being drawn, has uploaded; what was read of them stays."""
    context = get_script_run_ctx()
    if context is not None:
        context.uploaded_file_mgr.remove_session_files(context.session_id)
    memory.give_back_soon()


class _SlowError(Exception):
    """A body that arrives too slowly."""


class _Refusal(Exception):  # noqa: N818 (nothing failed)
    """Why a request is turned away, as an HTTP status and a word for the metrics."""

    def __init__(self, status: int, reason: str, words: str) -> None:
        super().__init__(words)
        self.status, self.reason = status, reason


class Guard:
    """ASGI middleware: what is unknown is refused first and without reading it; an upload then waits until there is
    memory for it, and is rejected if there is none in time.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limit_bytes: int | None = None,
        used_bytes: Callable[[], int | None] = memory_used_bytes,
        is_open: Callable[[str], bool] = session_is_open,
        held_bytes: Callable[[str], int] = held_bytes,
        patience_s: float = _PATIENCE_S,
        longest_pause_s: float = _LONGEST_PAUSE_S,
    ) -> None:
        self._app, self._used_bytes, self._is_open, self._held_bytes = app, used_bytes, is_open, held_bytes
        self._patience_s, self._longest_pause_s = patience_s, longest_pause_s
        self._limit_bytes = memory_limit_bytes() if limit_bytes is None else limit_bytes
        # Only the event loop touches these: bytes reserved for uploads in progress, how many wait for memory, and how
        # many there are of each session.
        self._promised_bytes = 0
        self._waiting = 0
        self._of_session: Counter[str] = Counter()
        self._bytes_of_session: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on everything except uploads that are unknown, too slow, or for which there is no memory."""
        if scope["type"] != "http" or scope["method"] != "PUT" or not _is_upload(scope["path"]):
            await self._app(scope, receive, send)
            return
        answered = False
        size_bytes = 0

        async def watched_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            session, most_bytes, copies = self._known(scope)
            size_bytes = _size(scope, most_bytes)
            await self._take(scope, receive, watched_send, session, size_bytes, copies)
        except _Refusal as refusal:
            metrics.REFUSED.labels(refusal.reason).inc()
            if not answered:
                await _answer(scope, receive, send, refusal)
        except ClientDisconnect:
            # The page was closed: nobody is there to be answered.
            logs.tell("upload_abandoned", size_bytes=size_bytes)

    def _known(self, scope: Scope) -> tuple[str, int, int]:
        """The session that an upload is for, its largest size, and the copies it takes. Raises _Refusal."""
        path: str = scope["path"]
        if inbox.PATH in path:
            place = inbox.find(path.rpartition("/")[2])
            session, most_bytes, copies = (place.session, place.most_bytes, 1) if place else ("", 0, 0)
        else:
            session, _, _ = path.rpartition(_STREAMLITS)[2].partition("/")
            most_bytes, copies = int(config.get_option("server.maxUploadSize")) * _MB, _COPIES
        if not session or not self._is_open(session):
            raise _Refusal(400, "unknown", "This page is no longer open at the server. Reload it.")
        headers = Headers(scope=scope)
        if is_xsrf_enabled() and not validate_xsrf_token(headers.get("x-xsrftoken"), _xsrf_cookie(headers)):
            raise _Refusal(403, "forged", "This page may not do that.")
        held = self._held_bytes(session) + self._bytes_of_session[session]
        if self._of_session[session] >= _MOST_OF_A_SESSION or held > _LARGEST_OF_A_SESSION * most_bytes:
            raise _Refusal(429, "too_many", "Fewer files at once, please.")
        return session, most_bytes, copies

    async def _take(
        self, scope: Scope, receive: Receive, send: Send, session: str, size_bytes: int, copies: int
    ) -> None:
        self._of_session[session] += 1
        self._bytes_of_session[session] += size_bytes
        try:
            # Until it has begun to arrive, nothing is kept for it.
            first = await self._next(receive)
            needed_bytes = copies * size_bytes
            if not await self._room_for(needed_bytes, is_small=size_bytes <= _SMALL_BYTES):
                metrics.UPLOADS_REFUSED.inc()
                logs.tell("upload_refused", size_bytes=size_bytes, reason="memory")
                raise _Refusal(503, "memory", "The server has no memory for this file at the moment.")
            self._promised_bytes += needed_bytes
            try:
                await self._app(scope, self._paced(receive, first, size_bytes), send)
            finally:
                self._promised_bytes -= needed_bytes
        except _SlowError:
            raise _Refusal(408, "slow", "The file arrived too slowly.") from None
        finally:
            self._of_session[session] -= 1
            self._bytes_of_session[session] -= size_bytes
            if not self._of_session[session]:
                del self._of_session[session], self._bytes_of_session[session]

    def _paced(self, receive: Receive, first: Message, size_bytes: int) -> Receive:
        """What is received, from the first message on, for as long as it arrives at a fair pace."""
        until = time.monotonic() + _GRACE_S + size_bytes / _LEAST_BYTES_A_S
        pending = [first]

        async def next_message() -> Message:
            if pending:
                return pending.pop()
            if time.monotonic() > until:
                raise _SlowError
            return await self._next(receive)

        return next_message

    async def _next(self, receive: Receive) -> Message:
        try:
            async with asyncio.timeout(self._longest_pause_s):
                return await receive()
        except TimeoutError:
            raise _SlowError from None

    async def _room_for(self, needed_bytes: int, *, is_small: bool) -> bool:
        if self._fits(needed_bytes, is_small):
            return True
        if self._waiting >= _MOST_WAITING:
            return False
        self._waiting += 1
        try:
            until = time.monotonic() + self._patience_s
            while time.monotonic() < until:
                await asyncio.sleep(_LOOK_AGAIN_S)
                if self._fits(needed_bytes, is_small):
                    return True
            return False
        finally:
            self._waiting -= 1

    def _fits(self, needed_bytes: int, is_small: bool) -> bool:
        used_bytes = self._used_bytes()
        if self._limit_bytes is None or used_bytes is None:
            return True
        kept_bytes = _KEPT_FREE_BYTES + (0 if is_small else _KEPT_FOR_SMALL_BYTES)
        return used_bytes + self._promised_bytes + needed_bytes + kept_bytes <= self._limit_bytes


def _size(scope: Scope, most_bytes: int) -> int:
    """The size that the request declares, in bytes. Raises _Refusal where it declares none, or too large a one."""
    stated = Headers(scope=scope).get("content-length", "")
    if not stated.isdecimal():
        raise _Refusal(411, "unsized", "The size of the file is missing.")
    if int(stated) > most_bytes:
        raise _Refusal(413, "too_large", "The file is too large.")
    return int(stated)


def _xsrf_cookie(headers: Headers) -> str | None:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(XSRF_COOKIE_NAME)
    except CookieError:
        return None
    return None if morsel is None else morsel.value


async def _answer(scope: Scope, receive: Receive, send: Send, refusal: _Refusal) -> None:
    headers = {"Retry-After": "60"} if refusal.status == 503 else {}
    # Of our own pages the rest of the body is read, or the browser would not see the answer. Of others it is not.
    if refusal.reason in ("unknown", "forged", "slow"):
        headers["Connection"] = "close"
    await PlainTextResponse(str(refusal), refusal.status, headers)(scope, receive, send)
