"""The connection to the database: SQLite in the data folder, or PostgreSQL at a URL."""

import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from ser_core.config import Settings
from ser_core.errors import ConfigError, HistoryError

FILE_NAME = "history.db"
BUSY_S = 15.0  # how long a process waits for the transaction of another; saving takes milliseconds
_WRITES = "history_writes"
_log = logging.getLogger(__name__)


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
        f"sqlite:////folder/file; got something that starts with {start!r}."
    )


def connect(settings: Settings) -> Engine:
    """An engine for the takes. For SQLite, the folder and file are created, readable by their owner alone.

    Raises HistoryError when the folder is not writable.
    """
    url = database_url(settings)
    # hide_parameters: an error or a log line must not contain a report or a voice.
    if url.drivername == "sqlite":
        _make_file(Path(str(url.database)))
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_S})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
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
        session.commit()


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
        raise HistoryError(
            f"Takes cannot be saved in {path.parent}: {error.strerror}. Point SER_DATA_DIR to a folder that "
            "the app may write, or SER_DATABASE_URL to a PostgreSQL database. Everything else works without it."
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


@contextmanager
def _clear_errors(done: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        # The cause, which may name hosts and users, goes to the operator's log; the sentence may be shown to anybody.
        _log.warning("history: %s", error)
        raise HistoryError(
            f"The history could not be {done}: {_reason(error)}. Everything else works without it; "
            "try again in a minute."
        ) from error


def _reason(error: SQLAlchemyError) -> str:
    if isinstance(error, IntegrityError):
        return "the profile or the take has been deleted in the meantime"
    cause = error.orig if isinstance(error, DBAPIError) else None
    reasons = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_READONLY: "its file may not be written",
        sqlite3.SQLITE_BUSY: "another process is using it",
        sqlite3.SQLITE_CORRUPT: "its file is damaged",
        sqlite3.SQLITE_NOTADB: "its file is not a database",
    }
    # The low byte of an extended code is its kind (https://sqlite.org/rescode.html).
    code = getattr(cause, "sqlite_errorcode", None)
    return "the database does not respond" if code is None else reasons.get(code & 0xFF, "the database fails")
