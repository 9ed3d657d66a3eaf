import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from ui.server.uploads import Guard

MB = 1 << 20


class Server:
    """Takes uploads until it is told to finish."""

    def __init__(self) -> None:
        self.taken = 0
        self.finish = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.taken += 1
        await self.finish.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})


async def put(app: Guard, size_bytes: int, *, path: str = "/_stcore/upload_file/a/b", method: str = "PUT") -> int:
    """Ask to upload so many bytes; the status of the answer."""
    statuses: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(b"content-length", str(size_bytes).encode())]
    await app({"type": "http", "method": method, "path": path, "headers": headers}, receive, send)
    return statuses[0]


def guarded(used_bytes: Callable[[], int | None], **options: Any) -> tuple[Server, Guard]:
    server = Server()
    return server, Guard(server, limit_bytes=1024 * MB, used_bytes=used_bytes, **options)


def test_an_upload_that_fits_passes_and_one_that_does_not_is_turned_away() -> None:
    async def story() -> None:
        server, guard = guarded(lambda: 500 * MB, patience_s=0)
        server.finish.set()
        assert await put(guard, 230 * MB) == 204  # twice 230 and 64 kept free
        assert await put(guard, 231 * MB) == 503
        assert server.taken == 1

    asyncio.run(story())


def test_what_is_promised_to_one_is_not_given_to_another() -> None:
    async def story() -> None:
        server, guard = guarded(lambda: 500 * MB, patience_s=0)
        first = asyncio.create_task(put(guard, 150 * MB))
        await asyncio.sleep(0)
        assert await put(guard, 150 * MB) == 503
        server.finish.set()
        assert await first == 204
        assert await put(guard, 150 * MB) == 204

    asyncio.run(story())


def test_an_upload_waits_for_room() -> None:
    async def story() -> None:
        used = [900 * MB, 900 * MB, 300 * MB]
        server, guard = guarded(lambda: used.pop(0) if len(used) > 1 else used[0], patience_s=30)
        server.finish.set()
        assert await put(guard, 100 * MB) == 204

    asyncio.run(story())


def test_only_uploads_are_looked_at_and_where_nothing_is_known_all_pass() -> None:
    async def story() -> None:
        server, guard = guarded(lambda: 1023 * MB, patience_s=0)
        server.finish.set()
        assert await put(guard, 500 * MB, path="/elsewhere") == 204
        assert await put(guard, 500 * MB, method="DELETE") == 204
        assert await put(guard, 500 * MB) == 503
        server, guard = guarded(lambda: None, patience_s=0)
        server.finish.set()
        assert await put(guard, 500 * MB) == 204

    asyncio.run(story())
