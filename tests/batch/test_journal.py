import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ser_core.batch.finding import Found
from ser_core.batch.journal import Journal, journal_of
from ser_core.batch.work import Asked
from ser_core.errors import SerError

ASKED = Asked("crnn", "0123")
FILES = [Found(f"{n}.wav", n, "1") for n in range(4)]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Journal]]:
    with ExitStack() as stack:

        def open_(asked: Asked = ASKED, folder: str = "calls") -> Journal:
            journal = Journal(tmp_path / "result.csv", folder, asked)
            stack.callback(journal.close)
            return journal

        yield open_


def row(found: Found) -> dict[str, str]:
    return {"file": found.name}


def test_what_was_added_is_there_when_it_is_opened_again(opened: Callable[..., Journal]) -> None:
    first = opened()
    for found in (FILES[2], FILES[0]):
        first.add(found, row(found))
    first.close()
    again = opened()
    assert [again.has(found) for found in FILES] == [True, False, True, False]
    again.add(FILES[1], row(FILES[1]))
    assert list(again.rows(FILES[:3])) == [row(found) for found in FILES[:3]]
    again.remove()
    assert not again.path.exists()


def test_a_file_that_has_changed_is_done_again_and_the_newer_row_counts(opened: Callable[..., Journal]) -> None:
    journal = opened()
    journal.add(FILES[1], {"file": "old"})
    changed = Found("1.wav", 1, "2")
    assert not journal.has(changed)
    journal.add(changed, {"file": "new"})
    journal.close()
    assert list(opened().rows([changed])) == [{"file": "new"}]


@pytest.mark.parametrize("torn", [b'{"name": "3.wav", "of": [3', b'{"name": "3.w\n', b"\0\0\0\0\n", b"\n"])
def test_a_line_that_was_being_written_is_cut_off(opened: Callable[..., Journal], tmp_path: Path, torn: bytes) -> None:
    journal = opened()
    journal.add(FILES[0], row(FILES[0]))
    journal.close()
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole + torn)
    again = opened()
    assert journal.path.read_bytes() == whole
    again.add(FILES[3], row(FILES[3]))
    assert list(again.rows([FILES[0], FILES[3]])) == [row(FILES[0]), row(FILES[3])]


def test_a_journal_of_which_nothing_came_to_the_disk_begins_anew(
    opened: Callable[..., Journal], tmp_path: Path
) -> None:
    journal_of(tmp_path / "result.csv").write_bytes(b'{"folder')
    journal = opened()
    journal.close()
    (header,) = map(json.loads, journal.path.read_text("ascii").splitlines())
    assert header["model"] == "crnn"


def test_two_runs_never_write_one_journal(opened: Callable[..., Journal]) -> None:
    first = opened()
    with pytest.raises(SerError, match="Another run is writing"):
        opened()
    first.close()
    opened().close()


@pytest.mark.parametrize("other", [Asked("whisper", "0123"), Asked("crnn", "4567"), Asked("crnn", "0123", channel=1)])
def test_a_run_that_asked_something_else_does_not_go_on_here(opened: Callable[..., Journal], other: Asked) -> None:
    opened().close()
    with pytest.raises(SerError, match="is of a run that asked something else"):
        opened(other)
    with pytest.raises(SerError, match="elsewhere"):
        opened(folder="elsewhere")
    opened().close()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SerError, match="cannot be written"):
        Journal(tmp_path / "file" / "result.csv", "calls", ASKED)
