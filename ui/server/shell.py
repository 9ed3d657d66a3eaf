"""The shell of every page: Streamlit's own, with our stylesheet and a few lines of script in its head.

A stylesheet that comes as a part of the page comes after the first paint, and everything moves when it does.
"""

from functools import cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ser_core.config import PROJECT_DIR

_ASSETS = PROJECT_DIR / "assets"
_HEAD_ENDS = b"</head>"
# Compressed it could not be added to, and a copy that the browser kept may be from before.
_WITHOUT = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")


class Shell:
    """ASGI middleware: adds ours to the head of the pages that a browser is given; leaves all else as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the app answers."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _asks_for_a_page(scope):
            await self._app(scope, receive, send)
            return
        asked = [(name, value) for name, value in scope["headers"] if name.lower() not in _WITHOUT]
        held: list[Message] = []

        async def send_with_ours(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                held.append(message)
                if not message.get("more_body"):
                    await _send_with_ours(held, send)

        await self._app({**scope, "headers": asked}, receive, send_with_ours)


async def _send_with_ours(held: list[Message], send: Send) -> None:
    start, *parts = held
    body = b"".join(part.get("body", b"") for part in parts).replace(_HEAD_ENDS, _ours() + _HEAD_ENDS, 1)
    headers = MutableHeaders(scope=start)
    headers["content-length"] = str(len(body))
    # They are those of Streamlit's file, which stays the same when ours changes.
    del headers["etag"], headers["last-modified"]
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _asks_for_a_page(scope: Scope) -> bool:
    return "text/html" in Headers(scope=scope).get("accept", "")


def _is_page(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    # A page that says itself what it may load is none of Streamlit's.
    return headers.get("content-type", "").startswith("text/html") and "content-security-policy" not in headers


@cache
def _ours() -> bytes:
    style, script = ((_ASSETS / name).read_bytes() for name in ("style.css", "shell.js"))
    return b"<style>" + style + b"</style><script>" + script + b"</script>"
