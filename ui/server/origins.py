"""Which pages may talk to this server: its own, and those that the settings name. Checked before Streamlit does.

A page from elsewhere could otherwise use the server in its visitor's name. Streamlit checks as well, but to tell its
own address from a foreign one it asks the network, within the event loop: where nothing answers, each such request
stops everybody for seconds.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from ui.server import metrics

_READING = ("GET", "HEAD", "OPTIONS")


class Origins:
    """ASGI middleware: refuses a connection or a change that a foreign page asks for. Requests without an Origin do not
    come from a page.

    `public_url` is an address at which the proxy in front of the server is reached, if there is one.
    """

    def __init__(self, app: ASGIApp, *, public_url: str | None = None) -> None:
        self._app = app
        self._named = frozenset(_netloc(address) for address in _named_addresses(public_url))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from the server's own pages."""
        if scope["type"] == "lifespan" or scope.get("method") in _READING:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin, host = headers.get("origin"), headers.get("host", "").lower()
        if origin is None or (host and _netloc(origin) == host):
            await self._app(scope, receive, send)
        elif _netloc(origin) in self._named:
            # To Streamlit it is then a page of its own, so that it looks no further.
            changed = MutableHeaders(scope=scope)
            changed["host"] = _netloc(origin)
            await self._app({**scope, "headers": changed.raw}, receive, send)
        else:
            metrics.REFUSED.labels("origin").inc()
            await _refuse(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        # Before it is accepted, closing answers the handshake with 403.
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await PlainTextResponse("This page may not do that.", 403)(scope, receive, send)


def _named_addresses(public_url: str | None) -> Iterable[str]:
    yield from config.get_option("server.corsAllowedOrigins")
    if public_url is not None:
        yield public_url


def _netloc(address: str) -> str:
    """Host and port of an address, as a Host header gives them.

    >>> _netloc("https://Voice.example.org/"), _netloc("null")
    ('voice.example.org', '')
    """
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:  # such as an unfinished IPv6 address
        return ""
