"""Backups: whole, of any database into any, beside a running server; and what tells a damaged one."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner
from sqlalchemy import text

from ser_core.cli import main
from ser_core.config import Settings
from ser_core.errors import HistoryError
from ser_core.history import new_token, open_history, token_owner
from ser_core.history.backup import Held, back_up, check, check_backup, restore
from ser_core.history.cleaning import to_flac
from ser_core.history.database import FILE_NAME, connect_sqlite, locked
from ser_core.history.store import History
from ser_core.history.upgrade import alembic_config
from tests.history.conftest import a_practice, noise

MINE, THEIRS = token_owner("M" * 22), token_owner("T" * 22)


def fill(history: History) -> None:
    """Two profiles with three takes, two of them with their recording, and a number that was given out and deleted."""
    for owner, seed in ((MINE, 1), (MINE, 2), (THEIRS, None)):
        audio = None if seed is None else noise(0.5, seed)
        history.save_take(history.open_profile(owner), a_practice(audio=audio))
    profile = history.open_profile(THEIRS)
    history.delete_take(profile, history.save_take(profile, a_practice()))


def everything(history: History) -> object:
    found = []
    for owner in (MINE, THEIRS):
        profile = history.find_profile(owner)
        assert profile is not None
        found += [(history.details(profile, t.id), history.audio(profile, t.id)) for t in history.takes(profile)]
    return found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A second, empty database."""
    if request.param == "postgres":
        return Settings(database_url=request.getfixturevalue("postgres_url"))
    return Settings(data_dir=tmp_path / "elsewhere")


def test_what_is_backed_up_comes_back_elsewhere(
    history: History, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    fill(history)
    before = everything(history)
    file = tmp_path / "takes.db"
    assert back_up(settings, file) == Held(2, 3, 2)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("takes*")] == ["takes.db"]
    history.close()
    # On PostgreSQL there is one database: what is there is replaced by itself.
    assert restore(elsewhere, file, replace=True) == Held(2, 3, 2)
    restored = open_history(elsewhere)
    assert everything(restored) == before
    # Numbers are not given out again.
    profile = restored.open_profile(THEIRS)
    assert restored.save_take(profile, a_practice()) > max(take.id for take in restored.takes(profile)[1:])
    restored.close()


def test_a_server_that_runs_sees_what_was_restored(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    history = open_history(settings)
    fill(history)
    back_up(settings, tmp_path / "takes.db")
    profile = history.open_profile(MINE)
    for take in history.takes(profile):
        history.delete_take(profile, take.id)
    history.save_take(profile, a_practice())
    with pytest.raises(HistoryError, match=r"holds 2 takes, which restoring gives up.*--replace"):
        restore(settings, tmp_path / "takes.db")
    restore(settings, tmp_path / "takes.db", replace=True)
    assert history.count(profile) == 2
    assert history.save_take(profile, a_practice()) > 0
    history.close()


def overwritten(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def damaged_inside(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


def shortened(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("spoil", [overwritten, damaged_inside, shortened])
def test_a_damaged_file_is_found_and_restored_from_a_backup(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    history = open_history(settings)
    fill(history)
    before = everything(history)
    back_up(settings, tmp_path / "takes.db")
    history.close()
    file = settings.data_dir / FILE_NAME
    spoil(file)
    spoilt = file.read_bytes()
    assert check(settings).problems
    with pytest.raises(HistoryError):
        back_up(settings, tmp_path / "more.db")
    assert not (tmp_path / "more.db").exists()
    assert restore(settings, tmp_path / "takes.db") == Held(2, 3, 2)
    (aside,) = settings.data_dir.glob(f"{FILE_NAME}.damaged-*")
    assert aside.read_bytes() == spoilt
    assert everything(history) == before
    history.close()


def test_a_damaged_backup_is_not_restored(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    history = open_history(settings)
    fill(history)
    file = tmp_path / "takes.db"
    back_up(settings, file)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE audio SET flac = zeroblob(10) WHERE take_id = 1")
        connection.execute("UPDATE takes SET report = 'null' WHERE id = 3")
    connection.close()
    assert set(check_backup(file).problems) == {
        "the recording of take 1 is damaged",
        "take 3 cannot be read: TypeError",
    }
    with pytest.raises(HistoryError, match=r"is not whole.*Nothing was restored"):
        restore(settings, file, replace=True)
    file.write_bytes(b"something else " * 1000)
    with pytest.raises(HistoryError, match="is not a backup"):
        restore(settings, file, replace=True)
    assert history.count(history.open_profile(MINE)) == 2
    history.close()


def test_a_backup_of_an_earlier_version_is_upgraded_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    engine = connect_sqlite(file)
    with locked(engine) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(
            text("INSERT INTO profiles (owner, anonymous, created_at, seen_at) VALUES (x'00', 1, :day, :day)"),
            {"day": "2026-03-01 12:00:00.000000"},
        )
    engine.dispose()
    content = file.read_bytes()
    assert restore(Settings(data_dir=tmp_path / "data"), file) == Held(1, 0, 0)
    assert file.read_bytes() == content


def test_an_older_backup_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "takes.db").write_text("the good one")
    with pytest.raises(HistoryError, match="already"):
        back_up(Settings(data_dir=tmp_path), tmp_path / "takes.db")
    assert (tmp_path / "takes.db").read_text() == "the good one"


class TestTheCommand:
    @pytest.fixture
    def ser(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
        monkeypatch.setenv("SER_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.delenv("SER_DATABASE_URL", raising=False)
        monkeypatch.chdir(tmp_path)

        def call(*arguments: str) -> tuple[int, str]:
            done = CliRunner().invoke(main, ["history", *arguments])
            return done.exit_code, done.output

        return call

    def test_from_backup_to_restored(self, ser: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
        code, said = ser("backup", "takes.db")
        assert (code, said.count("\n")) == (1, 1)
        assert "nobody has saved anything yet" in said
        history = open_history(Settings(data_dir=tmp_path / "data"))
        fill(history)
        code, said = ser("backup", "takes.db")
        assert (code, said[:54]) == (0, "takes.db: 2 profiles, 3 takes, 2 recordings (0.1 MB). ")
        assert ser("check") == (0, "Whole: 2 profiles, 3 takes, 2 recordings.\n")
        assert ser("check", "takes.db") == (0, "Whole: 2 profiles, 3 takes, 2 recordings.\n")
        code, said = ser("restore", "takes.db")
        assert code == 1
        assert "--replace" in said
        assert ser("restore", "takes.db", "--replace") == (0, "Restored: 2 profiles, 3 takes, 2 recordings.\n")
        history.close()

    def test_a_damaged_history(self, ser: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
        history = open_history(Settings(data_dir=tmp_path / "data"))
        fill(history)
        history.close()
        overwritten(tmp_path / "data" / FILE_NAME)
        code, said = ser("check")
        assert code == 1
        assert "its file is damaged from its beginning on" in said
        assert "Bring back a backup: ser history restore FILE" in said


def test_recordings_are_the_same_bytes(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    history = open_history(settings)
    profile = history.open_profile(token_owner(new_token()))
    take = history.save_take(profile, a_practice(audio=noise(2, 7)))
    back_up(settings, tmp_path / "takes.db")
    shutil.rmtree(settings.data_dir)
    restore(settings, tmp_path / "takes.db")
    assert history.audio(profile, take) == to_flac(noise(2, 7))
    history.close()
