import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from ui.server.visits import Visits


def first_message() -> bytes:
    message = ForwardMsg()
    message.new_session.initialize.session_id = "anna"
    return message.SerializeToString()


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    """As Streamlit does: it sends, and goes on until the page is gone."""
    await send({"type": "websocket.accept"})
    status = ForwardMsg()
    status.session_status_changed.run_on_save = False
    for sent in (status.SerializeToString(), first_message(), b"\xff no message"):
        await send({"type": "websocket.send", "bytes": sent})
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def visit(app: Visits, code: int) -> list[Message]:
    sent: list[Message] = []
    messages: list[Message] = [{"type": "websocket.disconnect", "code": code}, {"type": "websocket.connect"}]

    async def receive() -> Message:
        return messages.pop()

    async def send(message: Message) -> None:
        sent.append(message)

    await app({"type": "websocket", "path": "/", "headers": []}, receive, send)
    return sent


@pytest.mark.parametrize("code, at_once", [(1001, True), (1006, False), (1005, False)])
def test_a_page_that_was_closed_ends_at_once_and_one_that_was_lost_after_a_while(code: int, at_once: bool) -> None:
    closed: list[str] = []

    async def story() -> None:
        app = Visits(page, close=closed.append, stays_s=0.2)
        await visit(app, code)
        await asyncio.sleep(0.05)
        assert closed == (["anna"] if at_once else [])
        async with asyncio.timeout(10):
            while not closed:
                await asyncio.sleep(0.01)
        assert closed == ["anna"]

    asyncio.run(story())


def test_a_page_that_had_something_to_lose_may_be_loaded_anew_before_it_ends() -> None:
    closed: list[str] = []

    async def story() -> None:
        app = Visits(page, close=closed.append, reloads_s=0.1, leaves_something=lambda session: session == "anna")
        await visit(app, 1001)
        await asyncio.sleep(0.02)
        assert closed == []
        async with asyncio.timeout(10):
            while not closed:
                await asyncio.sleep(0.01)

    asyncio.run(story())


def test_more_pages_than_the_server_holds_are_turned_away() -> None:
    async def story() -> None:
        app = Visits(page, close=lambda session: None, most_pages=0)
        assert await visit(app, 1001) == [{"type": "websocket.close", "code": 1013}]
        app = Visits(page, close=lambda session: None, most_pages=1)
        for _ in range(3):
            assert (await visit(app, 1001))[0] == {"type": "websocket.accept"}

    asyncio.run(story())
