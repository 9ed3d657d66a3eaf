"""What browsers are told about every answer: what a page may load, who may frame it, and how cookies travel."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit's script builds functions out of text (for its charts) and modules out of blobs (for our components); its
# styles are put in line. Nothing comes from, or goes to, another site; a file that is played may lie in a blob.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
# The recorder is a page of its own inside ours.
_FRAMED = "/component/"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
}
_SECURE = b"; Secure"
_HOST = re.compile(r"[\w.\-]+(:\d+)?|\[[\da-fA-F:.]+\](:\d+)?")


class SafeHeaders:
    """ASGI middleware: adds these headers, and Secure to every cookie that is set over https."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the app answers, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        secure = scope.get("scheme") == "https" or asked.get("x-forwarded-proto", "").startswith("https")
        policy = _policy(asked.get("host", ""), framed=_FRAMED in scope["path"])

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", policy)
                if secure:
                    message["headers"] = [_secured(name, value) for name, value in headers.raw]
            await send(message)

        await self._app(scope, receive, send_safely)


def _policy(host: str, *, framed: bool) -> str:
    # To Safari before 15.4 a page's own connection is not 'self'.
    own = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    ancestors = "'self'" if framed else "'none'"
    return f"{_POLICY}; connect-src 'self' data: blob:{own}; frame-ancestors {ancestors}"


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() == b"set-cookie" and _SECURE.lower() not in value.lower():
        value += _SECURE
    return name, value
