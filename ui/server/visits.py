"""The end of a visit: when a page is closed, what it held on the server is gone.

Streamlit keeps the session of a page that has lost its connection, since a telephone may come back; but it also keeps
that of one that was closed, with all its files, until another visitor happens to come after two minutes. A browser says
which it was: it closes the connection of a page that goes away with a code of its own (RFC 6455, section 7.4.1). A page
that goes away may be one that is loaded anew: where it had something to lose, that waits some seconds for it.
"""

import asyncio
from collections.abc import Callable

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from ui.server import left, memory, metrics

_GOING_AWAY = 1001
# How long a page that has lost its connection may take to come back.
_STAYS_S = 100.0
# How long one that had something to lose may take to be loaded anew.
_RELOADS_S = 12.0
_RUNS_OUT_S = 20.0
# Each takes a few hundred kB of memory, even one that shows nothing.
_MOST_PAGES = 400


def close(session: str) -> None:
    """End a session whose page is no longer connected, with all that it holds."""
    if runtime.exists() and not runtime.get_instance().is_active_session(session):
        runtime.get_instance().close_session(session)
        memory.give_back_soon()
        # What still ran for it ends within this time.
        asyncio.get_running_loop().call_later(_RUNS_OUT_S, memory.give_back_soon)


class Visits:
    """ASGI middleware: ends the session of a page that was closed, at once or once it could have been loaded anew, and
    of one that was lost, after a while.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        close: Callable[[str], None] = close,
        stays_s: float = _STAYS_S,
        reloads_s: float = _RELOADS_S,
        leaves_something: Callable[[str], bool] = left.leaves_something,
        most_pages: int = _MOST_PAGES,
    ) -> None:
        self._app, self._close, self._stays_s, self._most_pages = app, close, stays_s, most_pages
        self._reloads_s, self._leaves_something = reloads_s, leaves_something
        self._pages = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Follow the connections of pages."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        if self._pages >= self._most_pages:
            metrics.REFUSED.labels("full").inc()
            await receive()
            await send({"type": "websocket.close", "code": 1013})  # try again later
            return
        session, code = "", 0

        async def watched_send(message: Message) -> None:
            nonlocal session
            if not session and message.get("bytes"):
                session = _session_in(message["bytes"])
            await send(message)

        async def watched_receive() -> Message:
            nonlocal code
            message = await receive()
            if message["type"] == "websocket.disconnect":
                code = message.get("code") or 0
            return message

        self._pages += 1
        try:
            await self._app(scope, watched_receive, watched_send)
        finally:
            self._pages -= 1
            if session:
                wait_s = self._stays_s
                if code == _GOING_AWAY:
                    wait_s = self._reloads_s if self._leaves_something(session) else 0.0
                asyncio.get_running_loop().call_later(wait_s, self._close, session)


def _session_in(sent: bytes) -> str:
    """The session that Streamlit names in the first message of a page; "" when it names none."""
    try:
        message = ForwardMsg.FromString(sent)
    except DecodeError:
        return ""
    return message.new_session.initialize.session_id if message.WhichOneof("type") == "new_session" else ""
