import asyncio

import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send
from streamlit import net_util
from streamlit.web.server.starlette.starlette_websocket import _is_origin_allowed

from ui.server.origins import Origins


def asked(
    *, origin: str | None, host: str = "localhost:8501", kind: str = "websocket", public_url: str | None = None
) -> Scope | None:
    """What Streamlit is given of a request; None when it is refused before."""
    passed: list[Scope] = []
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", host.encode())] + ([] if origin is None else [(b"origin", origin.encode())])
    scope: Scope = {"type": kind, "path": "/_stcore/stream", "headers": headers}
    if kind == "http":
        scope["method"] = "PUT"
    asyncio.run(Origins(app, public_url=public_url)(scope, receive, send))
    if not passed:
        refusal = {"websocket": {"type": "websocket.close", "code": 1008}, "http": None}[kind]
        assert sent[0] == refusal or sent[0]["status"] == 403
    return passed[0] if passed else None


@pytest.mark.parametrize("kind", ["websocket", "http"])
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost:9999", "null", "", "http://[", "https://localhost:8501.evil.example"],
)
def test_a_foreign_page_is_refused(origin: str, kind: str) -> None:
    assert asked(origin=origin, kind=kind) is None


@pytest.mark.parametrize("kind", ["websocket", "http"])
@pytest.mark.parametrize("origin", ["http://localhost:8501", "https://LOCALHOST:8501", None])
def test_the_own_page_passes_and_so_does_what_is_no_page(origin: str | None, kind: str) -> None:
    assert asked(origin=origin, kind=kind)


@pytest.mark.parametrize("origin", ["http://localhost:8501", "https://voice.example.org", None])
def test_of_what_passes_streamlit_never_asks_the_network(monkeypatch: pytest.MonkeyPatch, origin: str | None) -> None:
    def never() -> None:
        raise AssertionError("The network was asked.")

    monkeypatch.setattr(net_util, "get_external_ip", never)
    monkeypatch.setattr(net_util, "get_internal_ip", never)
    scope = asked(origin=origin, public_url="https://voice.example.org/")
    assert scope is not None
    headers = Headers(scope=scope)
    assert _is_origin_allowed(headers.get("origin"), headers.get("host"))


def test_reading_needs_no_origin() -> None:
    passed = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope)

    async def nothing(*_: object) -> None: ...

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"origin", b"https://evil.example")]}
    asyncio.run(Origins(app)(scope, nothing, nothing))
    assert passed
