"""Backups of all saved takes: one SQLite file, whatever database they come from or go back into.

Rows are copied inside one transaction on either side, so that a running server neither waits for long nor sees half of
anything, and a take is in the backup whole or not at all.
"""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, func, insert, select

from ser_core.atomic import replacing
from ser_core.config import Settings
from ser_core.errors import HistoryError
from ser_core.history import migrations
from ser_core.history.database import connect, connect_sqlite, database_url, locked, reading
from ser_core.history.rows import to_details, to_documents
from ser_core.history.tables import AudioRow, Base, ProfileRow, TakeRow
from ser_core.history.upgrade import upgrade, version

# Rows that travel together; of recordings, which may have 19 MB, one at a time.
_AT_ONCE = 200
_MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Held:
    """What a history or a backup holds.

    Attributes:
        profiles, takes, recordings: how many of each.
        problems: what is wrong with it, in words; nothing if it is whole.
    """

    profiles: int
    takes: int
    recordings: int
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{_many(self.profiles, 'profile')}, {_many(self.takes, 'take')}, {_many(self.recordings, 'recording')}"


def back_up(settings: Settings, path: Path) -> Held:
    """Copies all saved takes into a new file, reads it again, and returns what it holds.

    The server may be running. Raises HistoryError when there is no history, when it is damaged, and when `path` exists.
    """
    if path.exists():
        raise HistoryError(
            "There is a file {path} already. Name a new one: an older backup may be the better one.", path=path
        )
    with _opened(settings) as source, replacing(path) as partial:
        _copy_into(partial, source)
        held = check_backup(partial)
        if held.problems:
            raise HistoryError("The backup is not whole: {problems}. It was not kept.", problems=held.problems[0])
        _flush(partial)
    return held


def restore(settings: Settings, path: Path, *, replace: bool = False) -> Held:
    """Puts the takes of a backup in the place of all that are there, in one transaction; returns what is there then.

    A damaged SQLite file is kept under another name beside the new one. Takes that are there and can be read are a
    reason to refuse, unless `replace` gives them up. Raises HistoryError also when the backup is missing or not whole.
    """
    with _backup(path) as source:
        held = _check(source)
        if held.problems:
            raise HistoryError(
                "{path} is not whole: {problems}. Nothing was restored.", path=path, problems=held.problems[0]
            )
        if _is_damaged(settings):
            _put_aside(Path(str(database_url(settings).database)))
        target = connect(settings)
        try:
            upgrade(target)
            with locked(target) as connection:
                takes = connection.scalar(select(func.count()).select_from(TakeRow)) or 0
                if takes and not replace:
                    raise HistoryError(
                        "The history holds {takes}, which restoring gives up. Back them up first, then restore "
                        "with --replace.",
                        takes=_many(takes, "take"),
                    )
                _copy(source, connection)
        finally:
            target.dispose()
    return check(settings)


def check(settings: Settings) -> Held:
    """Reads the whole history. Raises HistoryError when there is none, or when it does not respond."""
    if _is_damaged(settings):
        return Held(0, 0, 0, ("its file is damaged from its beginning on",))
    with _opened(settings) as connection:
        return _check(connection)


def check_backup(path: Path) -> Held:
    """Reads a whole backup. Raises HistoryError when there is none, or when it cannot be opened."""
    with _backup(path) as connection:
        return _check(connection)


@contextmanager
def _backup(path: Path) -> Iterator[Connection]:
    """A backup, brought to the version of this code in a copy, so that it stays as it is."""
    if not path.is_file():
        raise HistoryError("There is no backup {path}.", path=path)
    if not _begins_as_database(path):
        raise HistoryError("{path} is not a backup: its first bytes are those of something else.", path=path)
    with tempfile.TemporaryDirectory(prefix="ser-backup-") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        engine = connect_sqlite(copy)
        try:
            upgrade(engine)
            with _snapshot(engine) as connection:
                yield connection
        finally:
            engine.dispose()


@contextmanager
def _opened(settings: Settings) -> Iterator[Connection]:
    url = database_url(settings)
    if url.drivername == "sqlite" and not Path(str(url.database)).is_file():
        raise HistoryError("There is no history in {database}: nobody has saved anything yet.", database=url.database)
    engine = connect(settings)
    try:
        with _snapshot(engine) as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is at one moment."""
    with reading(engine) as session:
        if engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        connection = session.connection()
        found = version(connection)
        if found != migrations.HEAD:
            raise HistoryError(
                "The database is of version {found}, and this version of the app works with {head}. "
                "Start the app once, which upgrades it, or use the version of the app that made it.",
                found=found,
                head=migrations.HEAD,
            )
        yield connection


def _copy_into(path: Path, source: Connection) -> None:
    engine = connect_sqlite(path)
    try:
        upgrade(engine)
        with locked(engine) as target:
            _copy(source, target)
    finally:
        engine.dispose()
    # One file that can be read where nothing can be written: no log beside it.
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()


def _copy(source: Connection, target: Connection) -> None:
    tables = Base.metadata.sorted_tables
    for table in reversed(tables):
        target.execute(delete(table))
    for table in tables:
        at_once = 1 if table.name == AudioRow.__tablename__ else _AT_ONCE
        rows = source.execution_options(yield_per=at_once).execute(select(table)).mappings()
        for some in rows.partitions(at_once):
            target.execute(insert(table), [dict(row) for row in some])
    if target.dialect.name == "postgresql":
        # Numbers are not given out again: a page may still be open on a take that has been deleted.
        for row in (ProfileRow, TakeRow):
            sequence = func.pg_get_serial_sequence(row.__tablename__, "id")
            highest = select(func.coalesce(func.max(row.id), 0)).scalar_subquery()
            target.execute(select(func.setval(sequence, func.greatest(highest, func.nextval(sequence)))))


def _check(connection: Connection) -> Held:
    problems: list[str] = []
    if connection.dialect.name == "sqlite":
        for pragma in ("integrity_check", "foreign_key_check"):
            found = connection.exec_driver_sql(f"PRAGMA {pragma}").fetchmany(_MOST_PROBLEMS)
            problems += [" ".join(map(str, row)) for row in found if row != ("ok",)]
    if problems:
        return Held(0, 0, 0, tuple(problems))
    profiles, takes, recordings = (
        connection.scalar(select(func.count()).select_from(table)) or 0 for table in (ProfileRow, TakeRow, AudioRow)
    )
    problems += _problems_of_takes(connection)
    return Held(profiles, takes, recordings, tuple(problems[:_MOST_PROBLEMS]))


def _problems_of_takes(connection: Connection) -> Iterator[str]:
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(select(TakeRow.__table__)).mappings()
    for row in rows:
        take = TakeRow(**row)
        for read in (to_details, to_documents):
            problem = _problem(lambda read=read, take=take: read(take))  # type: ignore[misc]
            if problem:
                yield f"take {take.id} cannot be read: {problem}"
                break
    statement = select(TakeRow.id, TakeRow.has_audio, func.substr(AudioRow.flac, 1, 4)).outerjoin(AudioRow)
    for number, has_audio, start in connection.execute(statement):
        if has_audio != (start is not None) or (start is not None and bytes(start) != b"fLaC"):
            yield f"the recording of take {number} is {'damaged' if start is not None else 'missing'}"


def _problem(read: Callable[[], object]) -> str:
    try:
        read()
    except (HistoryError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"{type(error).__name__}"
    return ""


def _is_damaged(settings: Settings) -> bool:
    """Whether SQLite could not even open its file."""
    url = database_url(settings)
    if url.drivername != "sqlite":
        return False
    path = Path(str(url.database))
    if not path.is_file() or not path.stat().st_size:
        return False
    if not _begins_as_database(path):
        return True
    connection = sqlite3.connect(path)
    try:
        return bool(connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok")
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    finally:
        connection.close()


def _begins_as_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def _put_aside(path: Path) -> None:
    """Keep a damaged file under another name: somebody may still get takes out of it."""
    moment = time.strftime("%Y%m%d-%H%M%S")
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.rename(f"{path}{suffix}", f"{path}.damaged-{moment}{suffix}")


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
