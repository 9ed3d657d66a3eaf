"""Where the recorders of a page put what they recorded: beside the page's connection, as bytes and not as text."""

import secrets
from abc import ABC, abstractmethod
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ui.server.paths import base

PATH = "/recording/"


class Place(ABC):
    """A place for sound, for as long as somebody holds this object, and not a moment longer.

    Attributes:
        session: the session whose recorder may put something there.
        most_bytes: the most that is taken at a time.
    """

    def __init__(self, session: str, most_bytes: int) -> None:
        self.session, self.most_bytes = session, most_bytes
        self._name = secrets.token_urlsafe(24)
        _open[self._name] = self

    @property
    def path(self) -> str:
        """Where it takes sound (PUT), from the server's root."""
        return f"{base()}{PATH}{self._name}"

    @abstractmethod
    async def receive(self, content: bytes, request: Request) -> Response:
        """Take what was put there, and answer."""


class Inbox(Place):
    """A place for one recording.

    Attributes:
        recording: what was put there last; None for nothing.
    """

    def __init__(self, session: str, most_bytes: int) -> None:
        super().__init__(session, most_bytes)
        self.recording: bytes | None = None

    async def receive(self, content: bytes, request: Request) -> Response:
        """Keep it until it is taken."""
        self.recording = content
        return Response(status_code=204)

    def take(self) -> bytes | None:
        """What is there, which is then there no longer."""
        taken, self.recording = self.recording, None
        return taken


# Weak: what a session drops is gone from here as well.
_open: WeakValueDictionary[str, Place] = WeakValueDictionary()


def find(name: str) -> Place | None:
    """The place of that name, or None."""
    return _open.get(name)


def route() -> Route:
    """The address under which all of them lie. `uploads.Guard` has let nobody through who may not."""
    return Route(f"{base()}{PATH}{{name}}", _put, methods=["PUT"])


async def _put(request: Request) -> Response:
    place = find(request.path_params["name"])
    if place is None:
        return PlainTextResponse("This page is no longer open at the server. Reload it.", 404)
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > place.most_bytes:
            return PlainTextResponse("The recording is too long.", 413)
    return await place.receive(bytes(received), request)
