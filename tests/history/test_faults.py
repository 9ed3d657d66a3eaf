"""What goes wrong with a database while the app runs: told in a sentence that helps, never confirmed as saved, and over
when the fault is. The table in docs/operations.md names these tests.
"""

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from ser_core.config import Settings
from ser_core.errors import HistoryError
from ser_core.history import database, failures, new_token, open_history, token_owner
from ser_core.history.backup import back_up, restore
from ser_core.history.database import FILE_NAME
from ser_core.history.store import History
from tests.history.conftest import PostgresServer, a_practice, noise


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def sqlite(folder: Path) -> History:
    return open_history(Settings(data_dir=folder))


@pytest.fixture
def profile(sqlite: History) -> int:
    number = sqlite.open_profile(token_owner(new_token()))
    sqlite.save_take(number, a_practice(audio=noise(0.5)))
    return number


def test_a_folder_that_is_read_only_at_the_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()

    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patch:
        patch.setattr(database.os, "open", refuse)
        with pytest.raises(HistoryError, match=r"cannot be saved in .*Read-only file system.*Point SER_DATA_DIR"):
            open_history(Settings(data_dir=folder))
    history = open_history(Settings(data_dir=folder))  # once it can be written
    assert history.open_profile(token_owner(new_token())) == 1
    history.close()


def test_a_file_that_becomes_read_only(sqlite: History, profile: int) -> None:
    def make_read_only(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    sqlite.close()
    event.listen(sqlite._engine, "connect", make_read_only)
    with pytest.raises(HistoryError, match=r"may not be written.*has to make the file and its folder writable"):
        sqlite.save_take(profile, a_practice())
    assert sqlite.count(profile) == 1  # what is there can be read
    sqlite.close()
    event.remove(sqlite._engine, "connect", make_read_only)
    sqlite.save_take(profile, a_practice())
    assert sqlite.count(profile) == 2
    sqlite.close()


def test_a_visit_needs_nothing_written(sqlite: History) -> None:

    owner = token_owner(new_token())
    number = sqlite.open_profile(owner)
    sqlite.close()
    event.listen(sqlite._engine, "connect", lambda c, _: c.execute("PRAGMA query_only = ON"))
    assert sqlite.find_profile(owner, now=datetime.now(UTC) + timedelta(days=3)) == number
    sqlite.close()


def test_a_locked_file(sqlite: History, profile: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.2)
    impatient = open_history(Settings(data_dir=folder))
    other = sqlite3.connect(folder / FILE_NAME, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(HistoryError, match=r"another process is using it.*Try again in a minute"):
        impatient.save_take(profile, a_practice())
    assert impatient.count(profile) == 1
    # For a moment it is only waited for.
    timer = threading.Timer(0.3, other.rollback)
    timer.start()
    sqlite.save_take(profile, a_practice())
    timer.join()
    assert sqlite.count(profile) == 2
    other.close()
    sqlite.close()
    impatient.close()


def overwrite(path: Path) -> None:
    """Random bytes over the whole file, which stays the same file."""
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))


def empty(path: Path) -> None:
    os.truncate(path, 0)


def replace(path: Path) -> None:
    """Another file in its place, as by a program that saves anew."""
    other = path.with_name("other")
    other.write_bytes(os.urandom(20_000))
    os.replace(other, path)


def remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("spoil", [overwrite, empty, replace, remove])
def test_nothing_is_confirmed_that_cannot_be_found_again(
    sqlite: History, profile: int, folder: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    back_up(Settings(data_dir=folder), tmp_path / "takes.db")
    spoil(folder / FILE_NAME)
    for _ in range(2):
        with pytest.raises(HistoryError, match=r"ser history restore|save it again, and look"):
            sqlite.save_take(profile, a_practice())
    # SQLite's log may still hold what was refused, and the same app goes on with what is restored in any case.
    sqlite.close()
    restore(Settings(data_dir=folder), tmp_path / "takes.db", replace=True)
    sqlite.save_take(profile, a_practice())
    assert sqlite.count(profile) == 2
    sqlite.close()


def test_a_file_that_is_replaced_in_the_middle_of_a_save(sqlite: History, profile: int, folder: Path) -> None:
    event.listen(sqlite._engine, "commit", lambda _: replace(folder / FILE_NAME))
    with pytest.raises(HistoryError, match="its file was replaced or removed while it was in use"):
        sqlite.save_take(profile, a_practice())


def test_failures_are_counted_and_logged_by_name(
    sqlite: History, profile: int, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = failures.COUNTED["written", "its file has been overwritten"]
    overwrite(folder / FILE_NAME)
    with caplog.at_level("WARNING"), pytest.raises(HistoryError):
        sqlite.save_take(profile, a_practice())
    assert failures.COUNTED["written", "its file has been overwritten"] == before + 1
    assert [record.message for record in caplog.records] == ["history_failed"]
    assert caplog.records[0].facts == {"operation": "written", "reason": "its file has been overwritten"}


@pytest.mark.postgres
def test_postgresql_killed_and_back(postgres: PostgresServer, postgres_url: str) -> None:
    history = open_history(Settings(database_url=postgres_url))
    profile = history.open_profile(token_owner(new_token()))
    history.save_take(profile, a_practice())
    postgres.kill()
    try:
        began = time.monotonic()
        with pytest.raises(HistoryError, match=r"the database does not respond.*Try again in a minute"):
            history.save_take(profile, a_practice())
        assert time.monotonic() - began < 30
        with pytest.raises(HistoryError, match="does not respond"):
            history.count(profile)
    finally:
        postgres.start()
    assert history.count(profile) == 1
    history.save_take(profile, a_practice())
    assert history.count(profile) == 2
    history.close()
