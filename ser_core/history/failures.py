"""What can be wrong with the database, in words that help, counted and logged for whoever runs the app.

Loads nothing of SQLAlchemy: the metrics read the counts before anything is saved.
"""

import collections
import logging
import sqlite3
from typing import TYPE_CHECKING

from ser_core.errors import HistoryError
from ser_core.language import N_, later

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError

_log = logging.getLogger(__name__)

# Failures of this process by what could not be done and why. Numbers only; nothing of them is about a person.
COUNTED: collections.Counter[tuple[str, str]] = collections.Counter()

_DELETED = N_("the profile or the take has been deleted in the meantime")
_DAMAGED = N_("its file is damaged")
_NO_DATABASE = N_("its file is not a database")
_OVERWRITTEN = N_("its file has been overwritten")
_REPLACED = N_("its file was replaced or removed while it was in use")
_EMPTY = N_("its file has been replaced by an empty one")
_NOT_FOUND = N_("what was written is not found in it again")
_FULL = N_("the disk is full")
_READ_ONLY = N_("its file may not be written")
_NO_ANSWER = N_("the database does not respond")

_BY_CODE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_BUSY: N_("another process is using it"),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _NO_DATABASE,
    sqlite3.SQLITE_IOERR: N_("its disk fails"),
    sqlite3.SQLITE_CANTOPEN: N_("its file cannot be opened"),
}
_RESTORE = N_(
    "Trying again will not help: whoever runs the app can look at it with `ser history check` and bring back a backup "
    "with `ser history restore`"
)
# What helps, by reason; in all other cases it may pass by itself.
_HELP = {
    _DAMAGED: _RESTORE,
    _NO_DATABASE: _RESTORE,
    _OVERWRITTEN: _RESTORE,
    _REPLACED: N_("Nothing was confirmed: save it again, and look at the history whether it is there"),
    _EMPTY: _RESTORE,
    _NOT_FOUND: _RESTORE,
    _FULL: N_("Whoever runs the app has to free some space first; then save it again"),
    _READ_ONLY: N_("Whoever runs the app has to make the file and its folder writable; what is saved can be read"),
    _DELETED: N_("Save it again for a new one"),
}


_NOT_DONE = {
    "read": N_("The history could not be read: {reason}. Everything else works without it. {help}."),
    "written": N_("The history could not be written: {reason}. Everything else works without it. {help}."),
    "opened": N_("The history could not be opened: {reason}. Everything else works without it. {help}."),
    "cleaned": N_("The history could not be cleaned: {reason}. Everything else works without it. {help}."),
}


def refusal(done: str, reason: str) -> HistoryError:
    """What happened and what helps. `done` is what could not be done: "read", "written", "opened" or "cleaned"."""
    return HistoryError(
        _NOT_DONE[done], reason=later(reason), help=later(_HELP.get(reason, N_("Try again in a minute")))
    )


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
    return _BY_CODE.get(code & 0xFF, N_("the database fails"))


def count(done: str, reason: str, error: Exception | None) -> None:
    """Count a failure and log it as `history_failed`, with the cause, which may name hosts and users."""
    COUNTED[done, reason] += 1
    facts = {"operation": done, "reason": reason}
    if error is not None:
        facts["cause"] = " ".join(str(error).split())
    _log.warning("history_failed", extra={"facts": facts})
