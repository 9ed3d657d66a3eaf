"""The connection to the database: SQLite in the data folder, or PostgreSQL at a URL."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, SQLAlchemyError
from sqlalchemy.orm import Session

from ser_core.config import Settings
from ser_core.errors import ConfigError, HistoryError
from ser_core.history import failures

FILE_NAME = "history.db"
BUSY_S = 15.0  # how long a process waits for the transaction of another; saving takes milliseconds
_WRITES = "history_writes"
_OPENED = "history_file"
# The first bytes of every SQLite database (https://sqlite.org/fileformat2.html).
_MARK = b"SQLite format 3\0"


def database_url(settings: Settings) -> URL:
    """The URL of the takes' database. `postgres://`, which hosting services use, means `postgresql://`; both use
    psycopg. Raises ConfigError for anything but PostgreSQL and SQLite.
    """
    if settings.database_url is None:
        return URL.create("sqlite", database=str(settings.data_dir / FILE_NAME))
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        url = URL.create("unreadable")
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database:
        return url
    # The message does not contain the URL itself, which may hold a password.
    start = settings.database_url.partition(":")[0][:20]
    raise ConfigError(
        "SER_DATABASE_URL must look like postgresql://user:password@host:5432/name or "
        "sqlite:////folder/file; got something that starts with {start}.",
        start=repr(start),
    )


def connect(settings: Settings) -> Engine:
    """An engine for the takes. For SQLite, the folder and file are created, readable by their owner alone.

    Raises HistoryError when the folder is not writable.
    """
    url = database_url(settings)
    # hide_parameters: an error or a log line must not contain a report or a voice.
    if url.drivername == "sqlite":
        return connect_sqlite(Path(str(url.database)))
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,  # after a restart of the database, a new connection is made instead of an error
        pool_size=2,
        max_overflow=8,
        pool_timeout=BUSY_S,
        # No prepared statements: connection poolers between app and server do not support them.
        connect_args={"connect_timeout": 5, "application_name": "ser", "prepare_threshold": None},
    )


def connect_sqlite(path: Path) -> Engine:
    """An engine for the takes in a SQLite file, which is created, readable by its owner alone.

    A connection to a file that has since been replaced or removed is not used again. Raises HistoryError when the
    folder is not writable.
    """
    _make_file(path)
    engine = create_engine(
        URL.create("sqlite", database=str(path)), hide_parameters=True, connect_args={"timeout": BUSY_S}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "connect", lambda _, record: record.info.update({_OPENED: _identity(path)}))
    event.listen(engine, "checkout", lambda _, record, proxy: _check_same_file(record.info, path))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A read-only transaction. Raises HistoryError when the database fails."""
    with _clear_errors("read"), Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A transaction that is committed at the end, completely or not at all, and is on disk when this returns.
    Raises HistoryError when the database fails.
    """
    with _clear_errors("written"), Session(engine.execution_options(**{_WRITES: True})) as session:
        yield session
        if engine.dialect.name != "sqlite":
            session.commit()
            return
        opened = session.connection().connection.info.get(_OPENED)
        session.commit()
        _check_in_place(Path(str(engine.url.database)), opened)


@contextmanager
def rereading(engine: Engine) -> Iterator[Session]:
    """A read-only transaction that sees what is in the database now, not what a connection remembers of it.

    Raises HistoryError when the database fails.
    """
    if engine.dialect.name != "sqlite":
        with reading(engine) as session:
            yield session
        return
    afresh = create_engine(engine.url, hide_parameters=True, poolclass=NullPool, connect_args={"timeout": BUSY_S})
    with reading(afresh) as session:
        yield session


@contextmanager
def locked(engine: Engine) -> Iterator[Connection]:
    """A write transaction on a bare connection, for the upgrade.

    Raises HistoryError when the database fails.
    """
    with (
        _clear_errors("opened"),
        engine.connect().execution_options(**{_WRITES: True}) as connection,
        connection.begin(),
    ):
        yield connection


def wipe_traces(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, which still contains what the last transaction deleted from the main file.

    On PostgreSQL there is nothing to do: freed pages and the log are the server's own business.
    Raises HistoryError when another process keeps the log in use for longer than BUSY_S.
    """
    if engine.dialect.name != "sqlite":
        return
    with _clear_errors("cleaned"), engine.connect() as connection:
        cursor = connection.connection.cursor()
        deadline_s = time.monotonic() + BUSY_S
        while cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > deadline_s:
                raise HistoryError(
                    "What was deleted is gone from the history, but another process keeps the database's log "
                    "in use, so traces may remain on the disk until the next deletion. Try again in a minute."
                )
            time.sleep(0.05)


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        failures.count("opened", "its folder may not be written", error)
        raise HistoryError(
            "Takes cannot be saved in {parent}: {strerror}. Point SER_DATA_DIR to a folder that the "
            "app may write, or SER_DATABASE_URL to a PostgreSQL database. Everything else works "
            "without it.",
            parent=path.parent,
            strerror=error.strerror,
        ) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # _begin_sqlite begins transactions, not the driver
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # overwrites a deleted voice with zeros
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA synchronous = FULL")  # what has been confirmed survives a power cut
    _use_write_ahead_log(connection)


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # The switch needs exclusive access for a moment, and does not wait for it when two processes start.
    deadline_s = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline_s:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: two writers that read first and write later would block each other.
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file lies at `path` now; None without one."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _check_same_file(info: dict[Any, Any], path: Path) -> None:
    # Whatever is written through a connection to a file that is no longer there is lost.
    if info.get(_OPENED) != _identity(path):
        _make_file(path)  # or SQLite would make one that others can read
        raise DisconnectionError("The database's file has been replaced.")


def _check_in_place(path: Path, opened: tuple[int, int] | None) -> None:
    """Raises HistoryError when what was just committed did not go into a database that can be found again."""
    try:
        with path.open("rb") as file:
            mark = file.read(len(_MARK))
    except OSError:
        mark = b""
    if _identity(path) != opened:
        reason = "its file was replaced or removed while it was in use"
    elif mark != _MARK:
        reason = "its file has been overwritten"
    else:
        return
    failures.count("written", reason, None)
    raise failures.refusal("written", reason)


@contextmanager
def _clear_errors(done: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = failures.reason(error)
        failures.count(done, reason, error)
        raise failures.refusal(done, reason) from error
