"""A killed process: what was confirmed is there whole, what was not is there whole or not at all."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from ser_core.config import PROJECT_DIR, Settings
from ser_core.history import open_history, token_owner
from ser_core.history.cleaning import to_flac
from ser_core.history.store import History
from tests.history.conftest import noise

TOKEN = "A" * 22
SECONDS = 4.0  # a tenth of a megabyte a take, so that most of a child's time is spent in saving
LONG_S = 120.0  # more than SQLite holds in memory (2 MB), so that it writes before the commit

# The number of a take is printed once it is saved; its recording follows from the number in its file name.
CHILD = """
import os, signal, sys
from sqlalchemy import event
from ser_core.history import open_history, token_owner
from tests.history.conftest import a_practice, a_report, noise

first, dies_in_commit, seconds = int(sys.argv[1]), sys.argv[2] == "commit", float(sys.argv[3])
history = open_history()
profile = history.open_profile(token_owner("A" * 22))
takes = [a_practice(report=a_report(file=str(n)), audio=noise(seconds, n)) for n in range(first, first + 5)]
print("ready", flush=True)
saved = 0

def die(connection):
    if saved == 3:
        os.kill(os.getpid(), signal.SIGKILL)

if dies_in_commit:
    event.listen(history._engine, "commit", die)
while True:
    for take in takes:
        print(history.save_take(profile, take), take.report.file, flush=True)
        saved += 1
"""


@contextmanager
def _child(settings: Settings, first: int, dies: str, seconds: float = SECONDS) -> Iterator[subprocess.Popen[str]]:
    chosen = {"SER_DATA_DIR": str(settings.data_dir), "SER_DATABASE_URL": settings.database_url or ""}
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(first), dies, str(seconds)],
        env=os.environ | chosen | {"PYTHONPATH": str(PROJECT_DIR)},
        cwd=PROJECT_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def _confirmed(process: subprocess.Popen[str], head: Sequence[str] = ()) -> dict[int, str]:
    """What the child has printed: in `head` what was read before, and the rest."""
    assert process.stdout is not None
    rest = process.stdout.read().splitlines(keepends=True)
    lines = [line for line in (*head, *rest) if line.endswith("\n")]
    return {int(number): name for number, name in (line.split() for line in lines)}


def _check(history: History, confirmed: dict[int, str]) -> int:
    """Every confirmed take is there, and every take that is there is whole. Gives their number."""
    profile = history.find_profile(token_owner(TOKEN))
    assert profile is not None
    takes = history.takes(profile, limit=10_000)
    assert confirmed.items() <= {take.id: take.file for take in takes}.items()
    expected: dict[str, bytes] = {}
    for take in takes:
        if take.file not in expected:
            expected[take.file] = to_flac(noise(SECONDS, int(take.file)))
        assert history.audio(profile, take.id) == expected[take.file]
        details = history.details(profile, take.id)
        assert details is not None
        assert details.take == take
    with history._engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audio")) == len(takes)
        if connection.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    return len(takes)


def test_killed_at_any_moment(settings: Settings) -> None:
    rng = random.Random(0)
    confirmed: dict[int, str] = {}
    for attempt in range(4):
        with _child(settings, first=5 * attempt, dies="never") as process:
            assert process.stdout is not None
            head = [process.stdout.readline() for _ in range(rng.randint(1, 6))]
            time.sleep(rng.uniform(0.0, 0.03))  # a save or two later, most likely in the middle of one
            process.send_signal(signal.SIGKILL)
            confirmed |= _confirmed(process, head)
    history = open_history(settings)
    assert len(confirmed) >= 4
    _check(history, confirmed)
    history.close()


def test_killed_between_writing_and_committing(settings: Settings) -> None:
    with _child(settings, first=0, dies="commit") as process:
        confirmed = _confirmed(process)
        assert process.wait() == -signal.SIGKILL
    assert len(confirmed) == 3
    history = open_history(settings)
    assert _check(history, confirmed) == 3  # the fourth was written whole, and not committed
    history.close()


def test_the_next_deletion_also_wipes_what_a_killed_save_left(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with _child(settings, first=0, dies="commit", seconds=LONG_S) as process:
        confirmed = _confirmed(process)
    unconfirmed = to_flac(noise(LONG_S, len(confirmed)))

    def traces() -> int:
        content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        starts = range(0, len(unconfirmed) - 32, 100_000)
        return sum(unconfirmed[start : start + 32] in content for start in starts)

    assert traces() > 5
    history = open_history(settings)
    profile = history.find_profile(token_owner(TOKEN))
    assert profile is not None
    history.delete_take(profile, min(confirmed))
    assert traces() == 0
    history.close()
