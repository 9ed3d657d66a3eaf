import gc

from ui.server import left
from ui.server.left import Left


def test_what_was_left_is_found_by_its_name_alone_and_gone_with_its_session() -> None:
    mine = Left("anna")
    name = mine.name
    assert left.find(name) is mine
    assert left.find("anna") is None
    assert len(name) >= 32
    del mine
    gc.collect()
    assert left.find(name) is None


def test_only_who_has_something_has_something_to_lose() -> None:
    mine, _other = Left("anna"), Left("ben")
    assert not left.leaves_something("anna")
    mine.content = {"recording": b"voice"}
    assert left.leaves_something("anna")
    assert not left.leaves_something("ben")
