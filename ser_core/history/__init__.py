"""Saved takes: kept only when a person asks for it, seen by nobody else, exported and deleted at will.

Importing this package costs next to nothing: `open_history` loads SQLAlchemy, and Alembic is loaded only when the
database has to be created or upgraded.
"""

from typing import TYPE_CHECKING

from ser_core.config import Settings
from ser_core.history.owners import Owner, account_owner, new_token, token_owner
from ser_core.history.progress import EmotionPoint, Progress, ValuePoint
from ser_core.history.saved_takes import (
    MAX_AUDIO_S,
    MAX_PROFILE_BYTES,
    MAX_TAKES,
    DeletedTake,
    Kind,
    NewTake,
    SavedTake,
    TakeDetails,
    Wanted,
)

if TYPE_CHECKING:
    from ser_core.history.store import History

__all__ = [
    "MAX_AUDIO_S",
    "MAX_PROFILE_BYTES",
    "MAX_TAKES",
    "DeletedTake",
    "EmotionPoint",
    "Kind",
    "NewTake",
    "Owner",
    "Progress",
    "SavedTake",
    "TakeDetails",
    "ValuePoint",
    "Wanted",
    "account_owner",
    "new_token",
    "open_history",
    "token_owner",
]


def open_history(settings: Settings | None = None) -> "History":
    """The saved takes, in the database that the settings name, which is created or upgraded on first use.

    Raises HistoryError when the folder is not writable, the database cannot be reached, or a newer version made it.
    """
    from ser_core.config import load_settings
    from ser_core.history.store import History

    return History.open(settings or load_settings())
