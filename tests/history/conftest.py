"""A history on SQLite and on a real PostgreSQL; most tests run on both."""

import contextlib
import os
import pwd
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest

from ser_core.claim import ClaimKind
from ser_core.config import Settings
from ser_core.history import NewTake, new_token, open_history, token_owner
from ser_core.history.store import History
from ser_core.labels import Emotion
from ser_core.practice.delivery import Delivery
from ser_core.practice.feedback import Advice
from ser_core.records import Clip, Prediction, Report


def _server_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so that root lends it Debian's user for it."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL needs a user other than root; there is neither postgres nor nobody.")


class PostgresServer:
    """A PostgreSQL server of our own, reached by a socket in a temporary folder.

    Attributes:
        prefix: where it is reached, as a part of a URL.
    """

    def __init__(self, call: Callable[..., None], folder: Path) -> None:
        self._call, self._folder = call, folder
        self._data = str(folder / "data")
        self.prefix = f"host={folder}"

    def create(self) -> None:
        self._call("initdb", "-D", self._data, "-U", "ser", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories='{self._folder}' -c fsync=off"
        self._call("pg_ctl", "-D", self._data, "-w", "-l", str(self._folder / "server.log"), "-o", options, "start")

    def kill(self) -> None:
        """End all its processes at once, without any goodbye."""
        self._call("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def postgres(postgres_bin: Path) -> Iterator[PostgresServer]:
    user = _server_user()
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:  # a socket's path fits 107 bytes
        folder = Path(name)
        if user:
            os.chown(folder, user["user"], user["group"])

        def call(program: str, *arguments: str) -> None:
            # The server inherits what pg_ctl writes to: a pipe would never be closed.
            with open(folder.parent / f"{folder.name}.log", "ab") as log:
                subprocess.run(
                    [postgres_bin / program, *arguments], check=True, stdout=log, stderr=log, cwd=folder, **user
                )

        server = PostgresServer(call, folder)
        try:
            server.create()
            server.start()
            try:
                yield server
            finally:
                server.kill()
        finally:
            (folder.parent / f"{folder.name}.log").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def postgres_server(postgres: PostgresServer) -> str:
    """The prefix of a URL of the server."""
    return postgres.prefix


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """An empty database, by a URL as hosting services spell it."""
    # Emptied rather than made: a new one is a copy of some hundred files.
    with psycopg.connect(f"{postgres_server} dbname=postgres user=ser", autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return f"postgres://ser@/postgres?{postgres_server}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "postgres":
        return Settings(database_url=request.getfixturevalue("postgres_url"))
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def history(settings: Settings) -> Iterator[History]:
    opened = open_history(settings)
    yield opened
    opened.close()


@pytest.fixture
def new_profile(history: History) -> Callable[[], int]:
    return lambda: history.open_profile(token_owner(new_token()))


def a_report(
    emotion: Emotion = Emotion.ANGRY,
    *,
    confidence: float = 0.65,
    kind: ClaimKind = ClaimKind.ONE_EMOTION,
    file: str = "take.wav",
    duration_s: float = 1.0,
) -> Report:
    scores = dict.fromkeys(Emotion, 0.05) | {emotion: confidence}
    return Report(file, duration_s, Prediction(scores, "crnn", kind), ())


def a_delivery(target: Emotion | None = Emotion.ANGRY, *said: str, **values: float | None) -> Delivery:
    """With these values, and this advice about the second second."""
    return Delivery(
        duration_s=1.0,
        values=values or {"pitch_median_hz": 200.0},
        confidence={},
        speech_start_s=0.0,
        speech_end_s=1.0,
        syllables=4,
        pauses=(),
        disfluencies=(),
        target=target,
        register=None,
        placements=(),
        advice=tuple(Advice("change", "pause_share", sentence, 1.2, 2.0) for sentence in said),
        notes=(),
    )


def a_practice(target: Emotion = Emotion.ANGRY, **changes: Any) -> NewTake:
    return NewTake(**{"report": a_report(), "delivery": a_delivery(target)} | changes)


def noise(duration_s: float = 1.0, seed: int = 0) -> Clip:
    """Noise does not compress, so that its FLAC has no repeated bytes and can be searched for."""
    samples = np.random.default_rng(seed).uniform(-0.5, 0.5, round(duration_s * 16_000))
    return Clip(samples.astype(np.float32), 16_000)
