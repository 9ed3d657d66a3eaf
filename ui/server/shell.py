"""The shell of every page: Streamlit's own, with our stylesheet and a few lines of script in its head, and with the
language that the browser asks for.

A stylesheet that comes as a part of the page comes after the first paint, and everything moves when it does.
"""

from functools import cache
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ser_core.config import PROJECT_DIR
from ser_core.language import ENGLISH, choose
from ser_core.language.catalogues import accepted

LANGUAGE_COOKIE = "ser_language"
_ASSETS = PROJECT_DIR / "assets"
_HEAD_ENDS = b"</head>"
_ENGLISH = b'<html lang="en"'
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
        language = _language_of(scope)
        held: list[Message] = []

        async def send_with_ours(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                held.append(message)
                if not message.get("more_body"):
                    await _send_with_ours(held, send, language)

        await self._app({**scope, "headers": asked}, receive, send_with_ours)


def asked_for(cookie: str, accept: str) -> str | None:
    """The language of a browser: the one in its cookie, or the best that it accepts; None where we speak none."""
    return choose([cookie, *accepted(accept)])


def _language_of(scope: Scope) -> str:
    asked = Headers(scope=scope)
    try:
        kept = SimpleCookie(asked.get("cookie", "")).get(LANGUAGE_COOKIE)
    except CookieError:
        kept = None
    return asked_for(kept.value if kept else "", asked.get("accept-language", "")) or ENGLISH


async def _send_with_ours(held: list[Message], send: Send, language: str) -> None:
    start, *parts = held
    body = b"".join(part.get("body", b"") for part in parts).replace(_HEAD_ENDS, _ours() + _HEAD_ENDS, 1)
    body = body.replace(_ENGLISH, f'<html lang="{language}"'.encode(), 1)
    headers = MutableHeaders(scope=start)
    headers["content-length"] = str(len(body))
    headers.add_vary_header("Accept-Language, Cookie")
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


def _pages() -> list[str]:
    """The names under which the pages are found."""
    return sorted(path.stem for path in (PROJECT_DIR / "pages").glob("*.py"))


@cache
def _ours() -> bytes:
    style, script = ((_ASSETS / name).read_bytes() for name in ("style.css", "shell.js"))
    script = script.replace(b"PAGES", b"|".join(name.encode() for name in _pages()), 1)
    return b"<style>" + style + b"</style><script>" + script + b"</script>"
