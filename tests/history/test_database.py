import contextlib
import logging
import os
import socket
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import event, text

from ser_core.config import Settings, load_settings
from ser_core.errors import ConfigError, HistoryError
from ser_core.history import new_token, open_history, token_owner
from ser_core.history.database import FILE_NAME, connect, database_url, reading
from ser_core.labels import Emotion
from tests.history.conftest import a_delivery, a_practice


def test_takes_lie_in_the_data_folder_by_default(tmp_path: Path) -> None:
    url = database_url(load_settings({"SER_DATA_DIR": str(tmp_path)}))
    assert url.drivername == "sqlite"
    assert url.database == str(tmp_path / FILE_NAME)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spelled_in_several_ways(scheme: str) -> None:
    url = database_url(load_settings({"SER_DATABASE_URL": f"{scheme}://u:p%40ss@db:5433/ser?sslmode=require"}))
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host, url.port, url.database) == ("u", "p@ss", "db", 5433, "ser")
    assert url.query["sslmode"] == "require"


@pytest.mark.parametrize("text", ["mysql://u:secret@db/ser", "not a url secret", "sqlite://", "u:secret@db"])
def test_another_database_is_refused_without_showing_the_password(text: str) -> None:
    with pytest.raises(ConfigError, match=r"postgresql://user:password@host") as caught:
        database_url(Settings(database_url=text))
    assert "secret@" not in str(caught.value)


def test_settings_do_not_show_the_password() -> None:
    assert "secret" not in repr(load_settings({"SER_DATABASE_URL": "postgresql://u:secret@db/ser"}))


def test_sqlite_is_set_up_to_be_durable_and_to_forget(tmp_path: Path) -> None:
    engine = connect(Settings(data_dir=tmp_path))
    with engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    engine.dispose()
    # synchronous 2 is FULL
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 15_000,
    }


def test_the_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    before = os.umask(0)
    try:
        history = open_history(Settings(data_dir=folder))
        history.open_profile(token_owner(new_token()))
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    history.close()
    assert modes.pop("data") == 0o700
    assert set(modes) == {FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"}
    assert set(modes.values()) == {0o600}


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HistoryError, match=r"Takes cannot be saved in .*Point SER_DATA_DIR"):
        open_history(Settings(data_dir=tmp_path / "file" / "data"))


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"something else " * 1000)
    with pytest.raises(HistoryError, match="its file is not a database"):
        open_history(Settings(data_dir=tmp_path))


def test_a_full_disk_says_so_and_keeps_what_was_there(tmp_path: Path) -> None:
    history = open_history(Settings(data_dir=tmp_path))
    profile = history.open_profile(token_owner(new_token()))
    history.save_take(profile, a_practice())

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    history.close()
    event.listen(history._engine, "connect", limit)
    big = a_practice(delivery=a_delivery(Emotion.ANGRY, "x" * 50_000))
    with pytest.raises(HistoryError, match="the disk is full"):
        history.save_take(profile, big)
    assert history.count(profile) == 1
    history.close()


def test_a_database_out_of_reach_gives_one_sentence_without_the_password(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refuses at once
        url = f"postgresql://user:secret@127.0.0.1:{taken.getsockname()[1]}/ser"
        with (
            caplog.at_level(logging.WARNING),
            pytest.raises(HistoryError, match="the database does not respond") as caught,
        ):
            open_history(Settings(database_url=url))
    assert "127.0.0.1" not in str(caught.value)
    (record,) = caplog.records
    assert record.message == "history_failed"
    assert record.facts["operation"] == "opened"
    assert "connection" in record.facts["cause"].lower()  # the operator sees why
    assert "secret" not in str(record.facts)


def test_errors_do_not_repeat_what_somebody_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = connect(Settings(data_dir=tmp_path))
    with pytest.raises(HistoryError, match="has been replaced by an empty one"), reading(engine) as session:
        session.execute(text("SELECT * FROM nowhere WHERE a = :a"), {"a": "my own words"})
    engine.dispose()
    (record,) = caplog.records
    assert "nowhere" in record.facts["cause"]
    assert "my own words" not in str(record.facts)


@pytest.mark.postgres
def test_a_restarted_database_costs_no_error(postgres_url: str) -> None:
    history = open_history(Settings(database_url=postgres_url))
    profile = history.open_profile(token_owner(new_token()))
    with history._engine.connect() as connection:
        killer = connection.execution_options(isolation_level="AUTOCOMMIT")
        own = "pid <> pg_backend_pid() AND datname = current_database()"
        with contextlib.ExitStack() as stack:
            for _ in range(2):  # fill the pool, so that there are idle connections to lose
                stack.enter_context(history._engine.connect())
        killer.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {own}"))
    assert history.save_take(profile, a_practice()) == 1
    history.close()
