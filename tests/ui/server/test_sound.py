"""What the player fetches: ranges as browsers ask for them, never more than a little at once, and nothing for long."""

import gc
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ui.server.sound import Served, route

CONTENT = bytes(range(256)) * 8192  # 2 MiB


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[route()])) as client:
        yield client


@pytest.mark.parametrize(
    "asked, start, end",
    [
        ("bytes=0-99", 0, 100),
        ("bytes=1000-1000", 1000, 1001),
        ("bytes=0-", 0, 1 << 20),  # the rest would be a copy of it all
        ("bytes=2097100-", 2_097_100, 2_097_152),
        ("bytes=2097100-9999999", 2_097_100, 2_097_152),
        ("bytes=-50", 2_097_102, 2_097_152),
    ],
)
def test_a_range_is_answered_with_what_was_asked_for_or_its_beginning(
    client: TestClient, asked: str, start: int, end: int
) -> None:
    served = Served(CONTENT, "audio/wav")
    answer = client.get(served.path, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"
    assert answer.content == CONTENT[start:end]


def test_a_range_behind_the_end_is_refused(client: TestClient) -> None:
    served = Served(CONTENT, "audio/wav")
    answer = client.get(served.path, headers={"Range": "bytes=9999999-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(CONTENT)}")


@pytest.mark.parametrize("asked", ["", "bytes=", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=0-1-2"])
def test_without_a_range_that_is_understood_all_is_given(client: TestClient, asked: str) -> None:
    served = Served(b"short", "audio/wav")
    answer = client.get(served.path, headers={"Range": asked})
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"short", "audio/wav")


def test_a_voice_is_kept_by_nobody_on_the_way(client: TestClient) -> None:
    served = Served(b"short", "audio/wav")
    headers = client.get(served.path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_two_of_the_same_content_have_names_that_tell_nothing(client: TestClient) -> None:
    one, other = Served(CONTENT, "audio/wav"), Served(CONTENT, "audio/wav")
    assert one.path != other.path
    assert len(one.path.rpartition("/")[2]) >= 32


def test_what_nobody_holds_is_gone(client: TestClient) -> None:
    served = Served(CONTENT, "audio/wav")
    path = served.path
    assert client.head(path).status_code == 200
    del served
    gc.collect()
    assert client.get(path).status_code == 404
