"""What the player fetches: a recording's sound, a second at a time, and what is drawn of it.

Streamlit's own media files are not used: they answer a browser that asks for "the rest from here on" with a copy of
the rest, which for a long recording is the whole of it in memory again. And they are found by their content, where
these have names that nobody can guess.
"""

import secrets
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ui.server.paths import base

# Twenty seconds of WAV. A browser that wants more asks again.
_MOST_BYTES = 1 << 20
_PATH = "/sound/"
_HEADERS = {
    "Accept-Ranges": "bytes",
    # A voice: neither a proxy nor the browser's disk keeps it.
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Served:
    """Bytes that can be fetched for as long as somebody holds this object, and not a moment longer."""

    def __init__(self, content: bytes, media_type: str) -> None:
        self.content, self.media_type = content, media_type
        self._name = secrets.token_urlsafe(24)
        _held[self._name] = self

    @property
    def path(self) -> str:
        """Where it is fetched, from the server's root."""
        return f"{base()}{_PATH}{self._name}"


# Weak: what a session drops is gone from here as well.
_held: WeakValueDictionary[str, Served] = WeakValueDictionary()


def route() -> Route:
    """The address under which all of it lies."""
    return Route(f"{base()}{_PATH}{{name}}", _give)


async def _give(request: Request) -> Response:
    served = _held.get(request.path_params["name"])
    if served is None:
        return Response("This sound is no longer here.", 404)
    size = len(served.content)
    wanted = _range(request.headers.get("range", ""), size)
    if wanted is None:
        return Response(served.content, media_type=served.media_type, headers=_HEADERS)
    start, end = wanted
    if start >= end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    end = min(end, start + _MOST_BYTES)
    headers = _HEADERS | {"Content-Range": f"bytes {start}-{end - 1}/{size}"}
    return Response(served.content[start:end], 206, media_type=served.media_type, headers=headers)


def _range(header: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last that a Range header asks for (RFC 9110, section 14.1.2); None when it asks
    for none or is not understood, where the whole is the answer.
    """
    unit, _, ranges = header.partition("=")
    first, dash, last = ranges.partition("-")
    if unit.strip() != "bytes" or not dash or not (first + last).isdecimal():
        return None
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size
