import asyncio

import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from ui.server.headers import SafeHeaders


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    response = PlainTextResponse("page")
    response.raw_headers += [(b"set-cookie", b"one=1; Path=/"), (b"set-cookie", b"two=2; HttpOnly; secure")]
    await response(scope, receive, send)


def told(path: str = "/", scheme: str = "http", **asked: str) -> Headers:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError

    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in asked.items()]
    scope = {"type": "http", "method": "GET", "path": path, "scheme": scheme, "headers": headers}
    asyncio.run(SafeHeaders(app)(scope, receive, send))
    return Headers(raw=sent[0]["headers"])


def test_nobody_frames_a_page_and_we_frame_the_recorder() -> None:
    assert "frame-ancestors 'none'" in told("/practise")["content-security-policy"]
    assert "frame-ancestors 'self'" in told("/component/audio_recorder/index.html")["content-security-policy"]


def test_a_page_talks_to_this_server_alone() -> None:
    policy = told(host="voice.example.org:8443")["content-security-policy"]
    assert "default-src 'self';" in policy
    assert "connect-src 'self' data: blob: ws://voice.example.org:8443 wss://voice.example.org:8443;" in policy
    assert "evil" not in told(host="x; script-src evil")["content-security-policy"]


@pytest.mark.parametrize("asked", [{"scheme": "https"}, {"x_forwarded_proto": "https"}])
def test_cookies_set_over_https_come_back_over_https_alone(asked: dict[str, str]) -> None:
    cookies = told(**asked).getlist("set-cookie")
    assert all(cookie.lower().count("; secure") == 1 for cookie in cookies)


def test_over_http_a_cookie_would_be_lost_if_it_were_secure() -> None:
    assert told().getlist("set-cookie")[0] == "one=1; Path=/"
    assert told()["x-content-type-options"] == "nosniff"
    assert told()["referrer-policy"] == "no-referrer"
