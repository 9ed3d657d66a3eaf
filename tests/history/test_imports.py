"""What the history costs the app's memory before and after it is used, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from ser_core.config import PROJECT_DIR


def _loaded(code: str, folder: Path) -> set[str]:
    """Which of the heavy packages a fresh process has loaded at the end of `code`."""
    heavy = ("sqlalchemy", "alembic", "mako", "psycopg", "sqlite3", "soundfile")
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{code}\nimport sys\nprint(*(name for name in {heavy!r} if name in sys.modules))",
        ],
        env=os.environ | {"SER_DATA_DIR": str(folder), "SER_DATABASE_URL": ""},
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(result.stdout.split())


def test_nothing_is_loaded_before_the_history_is_used(tmp_path: Path) -> None:
    code = "from ser_core.history import NewTake, Progress, SavedTake, new_token, open_history, token_owner"
    assert _loaded(code, tmp_path) == set()
    assert list(tmp_path.iterdir()) == []  # and nothing is written


def test_migrations_are_loaded_only_when_there_is_something_to_do(tmp_path: Path) -> None:
    code = "from ser_core.history import open_history; open_history().close()"
    assert _loaded(code, tmp_path) == {"sqlalchemy", "sqlite3", "alembic", "mako"}
    assert _loaded(code, tmp_path) == {"sqlalchemy", "sqlite3"}
