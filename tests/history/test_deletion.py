"""Deleted means gone: from the database, and from every file of the data folder."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from ser_core.config import Settings
from ser_core.errors import HistoryError
from ser_core.history import database, new_token, open_history, token_owner
from ser_core.history.cleaning import to_flac
from ser_core.history.store import History
from ser_core.labels import Emotion
from tests.history.conftest import a_delivery, a_practice, a_report, noise

WORDS = b"what-i-said-in-private"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def sqlite(folder: Path) -> History:
    return open_history(Settings(data_dir=folder))


def _save(history: History, profile: int, seed: int) -> int:
    report = a_report(file=f"{WORDS.decode()}{seed}.wav")
    delivery = a_delivery(Emotion.ANGRY, f"{WORDS.decode()}{seed}")
    return history.save_take(profile, a_practice(report=report, delivery=delivery, audio=noise(5, seed)))


def _traces(folder: Path, seed: int) -> int:
    """How many pieces of a take's recording and words are found in the files."""
    flac = to_flac(noise(5, seed))
    # A page holds 4 kB and a recording lies on many: pieces of 32 bytes, so that most lie within one page.
    pieces = [flac[start : start + 32] for start in range(0, len(flac) - 32, 512)]
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return sum(piece in content for piece in (*pieces, WORDS + str(seed).encode()))


DELETIONS: dict[str, Callable[[History, int, int], None]] = {
    "one": lambda history, profile, take: history.delete_take(profile, take),
    "profile": lambda history, profile, take: history.delete_profile(profile),
}


@pytest.mark.parametrize("deletion", DELETIONS)
def test_nothing_of_a_deleted_take_is_left_in_any_file(deletion: str, sqlite: History, folder: Path) -> None:
    mine = sqlite.open_profile(token_owner(new_token()))
    theirs = sqlite.open_profile(token_owner(new_token()))
    take = _save(sqlite, mine, seed=1)
    _save(sqlite, theirs, seed=2)
    assert _traces(folder, seed=1) > 200  # the search finds what is there: 5 s are some 300 pieces
    DELETIONS[deletion](sqlite, mine, take)
    assert _traces(folder, seed=1) == 0
    assert _traces(folder, seed=2) > 200
    sqlite.close()
    assert _traces(folder, seed=1) == 0


def test_a_page_that_is_reading_only_delays_the_wiping(sqlite: History, folder: Path) -> None:
    profile = sqlite.open_profile(token_owner(new_token()))
    take = _save(sqlite, profile, seed=1)
    reader = sqlite._engine.connect()
    reader.execute(text("SELECT count(*) FROM takes")).scalar()  # a reader keeps its view until it ends
    timer = threading.Timer(0.5, reader.close)
    timer.start()
    sqlite.delete_take(profile, take)
    assert _traces(folder, seed=1) == 0
    timer.join()


def test_a_log_that_stays_in_use_is_told_and_emptied_by_the_next_deletion(
    sqlite: History, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = sqlite.open_profile(token_owner(new_token()))
    take = _save(sqlite, profile, seed=1)
    sqlite.close()  # the next connections wait for as long as is set here
    monkeypatch.setattr(database, "BUSY_S", 0.2)
    impatient = open_history(Settings(data_dir=folder))
    reader = sqlite._engine.connect()
    reader.execute(text("SELECT count(*) FROM takes")).scalar()
    with pytest.raises(HistoryError, match="traces may remain"):
        impatient.delete_take(profile, take)
    assert impatient.takes(profile) == ()
    reader.close()
    impatient.delete_take(profile, take)
    assert _traces(folder, seed=1) == 0


@pytest.mark.postgres
def test_postgresql_has_no_row_left(postgres_url: str) -> None:
    history = open_history(Settings(database_url=postgres_url))
    profile = history.open_profile(token_owner(new_token()))
    _save(history, profile, seed=1)
    with history._engine.connect() as connection:
        toast = connection.scalar(text("SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname='audio'"))
        assert connection.scalar(text(f"SELECT count(*) FROM {toast}")) > 0
    history.delete_profile(profile)
    with history._engine.connect() as connection:
        for table in ("profiles", "takes", "audio", toast):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    history.close()
