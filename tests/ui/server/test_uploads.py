import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from ui.server.inbox import Inbox
from ui.server.uploads import Guard

MB = 1 << 20
TOKEN = generate_xsrf_token_string()
PATH = "/_stcore/upload_file/a/b"


class Server:
    """Takes uploads until it is told to finish."""

    def __init__(self) -> None:
        self.taken = 0
        self.read = 0
        self.finish = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.taken += 1
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self.read += len(message["body"])
            more = message["more_body"]
        await self.finish.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})


async def whole() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def put(
    app: Guard,
    size_bytes: int | None,
    *,
    path: str = PATH,
    method: str = "PUT",
    token: str = TOKEN,
    receive: Receive = whole,
) -> int:
    """Ask to upload so many bytes; the status of the answer, 0 for none."""
    statuses: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(b"cookie", f"_streamlit_xsrf={TOKEN}".encode()), (b"x-xsrftoken", token.encode())]
    if size_bytes is not None:
        headers.append((b"content-length", str(size_bytes).encode()))
    await app({"type": "http", "method": method, "path": path, "headers": headers}, receive, send)
    return statuses[0] if statuses else 0


def guarded(used_bytes: Callable[[], int | None] = lambda: 500 * MB, **options: Any) -> tuple[Server, Guard]:
    server = Server()
    options = {"is_open": lambda session: session in "abcdefgh", "held_bytes": lambda session: 0} | options
    return server, Guard(server, limit_bytes=1024 * MB, used_bytes=used_bytes, **options)


def test_an_upload_that_fits_passes_and_one_that_does_not_is_turned_away() -> None:
    async def story() -> None:
        server, guard = guarded(patience_s=0)
        server.finish.set()
        # A file from 5 MB on leaves room for small ones: twice its size, 64 kept free and 32 for them.
        assert await put(guard, 200 * MB) == 204  # Streamlit's limit
        server, guard = guarded(lambda: 588 * MB, patience_s=0)
        server.finish.set()
        assert await put(guard, 170 * MB) == 204
        assert await put(guard, 171 * MB) == 503
        assert server.taken == 1

    asyncio.run(story())


def test_a_short_recording_has_room_where_a_large_file_has_none() -> None:
    async def story() -> None:
        server, guard = guarded(lambda: 940 * MB, patience_s=0)
        server.finish.set()
        assert await put(guard, 5 * MB) == 503
        assert await put(guard, 4 * MB) == 204

    asyncio.run(story())


def test_what_is_promised_to_one_is_not_given_to_another() -> None:
    async def story() -> None:
        server, guard = guarded(patience_s=0)
        first = asyncio.create_task(put(guard, 150 * MB))
        await until(lambda: server.taken == 1)
        assert await put(guard, 150 * MB, path="/_stcore/upload_file/b/b") == 503
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
        assert await put(guard, 100 * MB, path="/elsewhere") == 204
        assert await put(guard, 100 * MB, method="DELETE") == 204
        assert await put(guard, 100 * MB) == 503
        server, guard = guarded(lambda: None, patience_s=0)
        server.finish.set()
        assert await put(guard, 100 * MB) == 204

    asyncio.run(story())


def test_what_is_unknown_is_refused_before_memory_is_looked_at_or_anything_read() -> None:
    def unasked() -> int:
        raise AssertionError("nobody has to look")

    async def unread() -> Message:
        raise AssertionError("nobody has to read")

    async def story() -> None:
        server, guard = guarded(unasked)
        assert await put(guard, MB, path="/_stcore/upload_file/stranger/b", receive=unread) == 400
        assert await put(guard, MB, path="/recording/unheard-of", receive=unread) == 400
        assert await put(guard, MB, token="", receive=unread) == 403
        assert await put(guard, MB, token=generate_xsrf_token_string(), receive=unread) == 403
        assert await put(guard, None, receive=unread) == 411
        assert await put(guard, 201 * MB, receive=unread) == 413
        assert server.taken == 0

    asyncio.run(story())


def test_a_body_that_never_comes_holds_nothing_and_is_given_up() -> None:
    async def never() -> Message:
        await asyncio.sleep(3600)
        raise AssertionError

    async def story() -> None:
        server, guard = guarded(longest_pause_s=0.1, patience_s=0)
        server.finish.set()
        idle = [
            asyncio.create_task(put(guard, 200 * MB, path=f"/_stcore/upload_file/{s}/b", receive=never)) for s in "abc"
        ]
        await asyncio.sleep(0)
        # They would have been promised more than there is.
        assert await put(guard, 150 * MB, path="/_stcore/upload_file/d/b") == 204
        assert await asyncio.gather(*idle) == [408, 408, 408]
        assert server.taken == 1

    asyncio.run(story())


def test_a_body_that_stops_on_the_way_is_given_up() -> None:
    async def story() -> None:
        messages: list[Message] = [{"type": "http.request", "body": b"x" * 100, "more_body": True}]

        async def stopping() -> Message:
            if not messages:
                await asyncio.sleep(3600)
            return messages.pop()

        server, guard = guarded(longest_pause_s=0.1)
        server.finish.set()
        assert await put(guard, MB, receive=stopping) == 408
        assert server.read == 100
        assert await put(guard, 200 * MB) == 204  # nothing is promised any more

    asyncio.run(story())


def test_a_session_sends_many_files_at_once_but_not_any_number_of_bytes() -> None:
    async def story() -> None:
        server, guard = guarded(lambda: 0)
        under_way = [asyncio.create_task(put(guard, MB)) for _ in range(30)]
        await until(lambda: server.taken == 30)
        assert await put(guard, MB) == 429
        server.finish.set()
        assert await asyncio.gather(*under_way) == [204] * 30
        server, guard = guarded(lambda: 0, held_bytes=lambda session: 401 * MB if session == "a" else 0)
        server.finish.set()
        assert await put(guard, MB) == 429
        assert await put(guard, MB, path="/_stcore/upload_file/b/b") == 204

    asyncio.run(story())


def test_a_page_that_is_closed_on_the_way_is_no_error_and_holds_nothing() -> None:
    async def story() -> None:
        messages: list[Message] = [
            {"type": "http.disconnect"},
            {"type": "http.request", "body": b"x" * 100, "more_body": True},
        ]

        async def closing() -> Message:
            return messages.pop()

        server, guard = guarded()
        server.finish.set()
        assert await put(guard, 150 * MB, receive=closing) == 0
        assert await put(guard, 200 * MB) == 204

    asyncio.run(story())


def test_a_recording_is_let_through_to_its_place_up_to_the_length_it_may_have() -> None:
    async def story() -> None:
        server, guard = guarded()
        server.finish.set()
        place = Inbox("a", 2 * MB)
        assert await put(guard, 2 * MB, path=place.path) == 204
        assert await put(guard, 2 * MB + 1, path=place.path) == 413
        elsewhere = Inbox("stranger", 2 * MB)
        assert await put(guard, 2 * MB, path=elsewhere.path) == 400

    asyncio.run(story())


async def until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not there():
            await asyncio.sleep(0)
