"""What can be wrong with the database, in words that help, counted and logged for whoever runs the app.

Loads nothing of SQLAlchemy: the metrics read the counts before anything is saved.
"""

import collections
import logging
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError

_log = logging.getLogger(__name__)

# Failures of this process by what could not be done and why. Numbers only; nothing of them is about a person.
COUNTED: collections.Counter[tuple[str, str]] = collections.Counter()

_DELETED = "the profile or the take has been deleted in the meantime"
_DAMAGED = "its file is damaged"
_NO_DATABASE = "its file is not a database"
_OVERWRITTEN = "its file has been overwritten"
_REPLACED = "its file was replaced or removed while it was in use"
_EMPTY = "its file has been replaced by an empty one"
_NOT_FOUND = "what was written is not found in it again"
_FULL = "the disk is full"
_READ_ONLY = "its file may not be written"
_NO_ANSWER = "the database does not respond"

_BY_CODE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_BUSY: "another process is using it",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _NO_DATABASE,
    sqlite3.SQLITE_IOERR: "its disk fails",
    sqlite3.SQLITE_CANTOPEN: "its file cannot be opened",
}
_RESTORE = (
    "Trying again will not help: whoever runs the app can look at it with `ser history check` and bring back a backup "
    "with `ser history restore`"
)
# What helps, by reason; in all other cases it may pass by itself.
_HELP = {
    _DAMAGED: _RESTORE,
    _NO_DATABASE: _RESTORE,
    _OVERWRITTEN: _RESTORE,
    _REPLACED: "Nothing was confirmed: save it again, and look at the history whether it is there",
    _EMPTY: _RESTORE,
    _NOT_FOUND: _RESTORE,
    _FULL: "Whoever runs the app has to free some space first; then save it again",
    _READ_ONLY: "Whoever runs the app has to make the file and its folder writable; what is saved can be read",
    _DELETED: "Save it again for a new one",
}


def sentence(done: str, reason: str) -> str:
    """What happened and what helps. `done` is what could not be done: "read", "written", "opened" or "cleaned"."""
    help_ = _HELP.get(reason, "Try again in a minute")
    return f"The history could not be {done}: {reason}. Everything else works without it. {help_}."


def not_found() -> str:
    """The reason when a take that was committed cannot be read back."""
    return _NOT_FOUND


def reason(error: "SQLAlchemyError") -> str:
    """Why, in words that may be shown to anybody."""
    from sqlalchemy.exc import DBAPIError, IntegrityError

    if isinstance(error, IntegrityError):
        return _DELETED
    cause = error.orig if isinstance(error, DBAPIError) else None
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return _NO_ANSWER
    if code == sqlite3.SQLITE_ERROR and str(cause).startswith("no such table"):
        return _EMPTY
    # The low byte of an extended code is its kind (https://sqlite.org/rescode.html).
    return _BY_CODE.get(code & 0xFF, "the database fails")


def count(done: str, reason: str, error: Exception | None) -> None:
    """Count a failure and log it as `history_failed`, with the cause, which may name hosts and users."""
    COUNTED[done, reason] += 1
    facts = {"operation": done, "reason": reason}
    if error is not None:
        facts["cause"] = " ".join(str(error).split())
    _log.warning("history_failed", extra={"facts": facts})
