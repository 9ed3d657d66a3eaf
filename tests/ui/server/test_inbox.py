import gc
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ui.server import inbox
from ui.server.inbox import Inbox, route


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[route()])) as client:
        yield client


def test_what_is_put_there_is_there_until_it_is_taken(client: TestClient) -> None:
    place = Inbox("session", 100)
    assert place.recording is None
    assert client.put(place.path, content=b"x" * 100).status_code == 204
    assert place.recording == b"x" * 100
    assert place.take() == b"x" * 100
    assert place.recording is None


def test_what_is_too_long_is_refused_as_it_arrives_and_what_was_there_stays(client: TestClient) -> None:
    place = Inbox("session", 100)
    client.put(place.path, content=b"first")
    # Without a length, as Transfer-Encoding: chunked has it.
    assert client.put(place.path, content=iter([b"x" * 60, b"x" * 60])).status_code == 413
    assert place.recording == b"first"


def test_it_is_gone_with_whoever_held_it(client: TestClient) -> None:
    place = Inbox("session", 100)
    path, name = place.path, place.path.rpartition("/")[2]
    assert inbox.find(name) is place
    assert len(name) >= 32
    del place
    gc.collect()
    assert inbox.find(name) is None
    assert client.put(path, content=b"late").status_code == 404


def test_nobody_can_read_there(client: TestClient) -> None:
    place = Inbox("session", 100)
    client.put(place.path, content=b"voice")
    assert client.get(place.path).status_code == 405
