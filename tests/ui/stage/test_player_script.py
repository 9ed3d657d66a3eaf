"""The player's script: fetched once, by a name that tells its content, and compressed for those who take that."""

import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ui.stage import script


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[script.route()])) as client:
        yield client


def test_what_stands_for_the_player_fetches_it(client: TestClient) -> None:
    stands_in = script.player()
    # Streamlit takes a single line for the name of a file.
    assert "\n" in stands_in.strip()
    assert len(stands_in) < 300
    found = re.search(r'new URL\("(/player/stage-[0-9a-f]{16}\.js)"', stands_in)
    assert found
    answer = client.get(found[1])
    assert answer.text == script.script(script.PLAYER, "stage")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(answer.text) / 3


def test_who_takes_nothing_compressed_gets_it_plain(client: TestClient) -> None:
    answer = client.get("/player/anything.js", headers={"Accept-Encoding": "identity"})
    assert answer.text == script.script(script.PLAYER, "stage")
    assert "content-encoding" not in answer.headers


def test_the_name_of_another_version_is_answered_but_not_kept(client: TestClient) -> None:
    assert client.get("/player/stage-0123456789abcdef.js").headers["cache-control"] == "no-store"
