"""What runs on the AWS machines beside the app: restarts of sick containers, and secrets."""

import ast
import contextlib
import importlib.util
import json
import os
import pwd
import re
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import sql

from ser_core.config import Settings
from ser_core.errors import SerError
from ser_core.history import open_history

PROJECT = Path(__file__).resolve().parents[2]
HOST = PROJECT / "deploy/host"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Puts a shell script on the path under a program's name; gives the file with the arguments of each call."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def put(name: str, script: str) -> Path:
        calls = tmp_path / f"{name}.calls"
        calls.touch()
        program = folder / name
        program.write_text(f'#!/bin/sh\necho "$*" >>{calls}\n{script}\n', "utf-8")
        program.chmod(0o755)
        return calls

    return put


def restart_unhealthy() -> subprocess.CompletedProcess[str]:
    return subprocess.run([HOST / "restart-unhealthy"], capture_output=True, text=True)


def test_a_sick_container_is_restarted(fake: Callable[[str, str], Path]) -> None:
    calls = fake("docker", 'case $1 in ps) printf "ser-app-1\\nser-app-2\\n" ;; esac')
    done = restart_unhealthy()
    assert done.returncode == 0
    asked, *restarts = calls.read_text("utf-8").splitlines()
    assert "--filter health=unhealthy" in asked
    assert restarts == ["restart ser-app-1", "restart ser-app-2"]
    assert "ser-app-1 fails its health check" in done.stdout


def test_healthy_containers_are_left_alone(fake: Callable[[str, str], Path]) -> None:
    calls = fake("docker", "exit 0")
    assert restart_unhealthy().returncode == 0
    assert len(calls.read_text("utf-8").splitlines()) == 1


def test_a_silent_engine_is_a_failure(fake: Callable[[str, str], Path]) -> None:
    fake("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1")
    assert restart_unhealthy().returncode != 0


def test_only_containers_of_the_app_are_looked_at() -> None:
    name = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))["name"]
    assert f"com.docker.compose.project={name} " in (HOST / "restart-unhealthy").read_text("utf-8")


def test_behind_a_balancer_the_app_is_the_door() -> None:
    base = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))["services"]
    changes = yaml.safe_load((HOST / "behind-balancer.yaml").read_text("utf-8"))["services"]
    assert set(changes) == {"app", "caddy"}
    # A profile that nothing turns on.
    assert changes["caddy"]["profiles"] == ["alone"]
    assert all("alone" not in service.get("profiles", []) for service in base.values())
    assert changes["app"]["ports"] == ["8501:8501"]
    assert {"SER_DATABASE_URL", "STREAMLIT_SERVER_COOKIE_SECRET"} <= set(base["app"]["environment"])


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """deploy/host/fetch_secrets.py, working in a folder of the test's."""
    spec = importlib.util.spec_from_file_location("fetch_secrets", HOST / "fetch_secrets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    settings = tmp_path / "settings"
    settings.write_text(
        "SER_REGION='us-east-1'\nSER_DATABASE_HOST='db.example.org'\n"
        "SER_DATABASE_SECRET='arn:db'\nSER_COOKIE_SECRET='arn:cookie'\n",
        "utf-8",
    )
    monkeypatch.setattr(module, "SETTINGS", settings)
    monkeypatch.setattr(module, "FOLDER", tmp_path / "run")
    monkeypatch.setattr(module, "APP_UID", os.geteuid())
    return module


AWS = """
case $* in
  *"--secret-id arn:db "*"--region us-east-1"*) cat <<'END'
{login}
END
  ;;
  *"--secret-id arn:cookie "*) echo f00d ;;
  *) exit 1 ;;
esac
"""


def test_secrets_are_written_for_their_readers_alone(
    secrets: ModuleType, fake: Callable[[str, str], Path], tmp_path: Path
) -> None:
    fake("aws", AWS.format(login=json.dumps({"username": "ser", "password": r"a:b\c#d$e"})))
    assert secrets.main() == 0
    password, cookie = tmp_path / "run/database/password", tmp_path / "run/secrets.env"
    assert password.read_text("utf-8") == "db.example.org:5432:ser:ser:a\\:b\\\\c#d$e\n"
    assert cookie.read_text("utf-8") == "STREAMLIT_SERVER_COOKIE_SECRET=f00d\n"
    assert [path.stat().st_mode & 0o777 for path in (password, cookie)] == [0o400, 0o400]
    assert sorted(path.name for path in (tmp_path / "run").rglob("*")) == ["database", "password", "secrets.env"]


def test_without_an_answer_the_old_secrets_stay(
    secrets: ModuleType,
    fake: Callable[[str, str], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake("aws", AWS.format(login='{"username": "ser", "password": "old"}'))
    secrets.main()
    fake("aws", "echo AccessDenied >&2; exit 254")
    assert secrets.main() == 1
    assert (tmp_path / "run/database/password").read_text("utf-8").endswith(":old\n")
    assert capsys.readouterr().err == "Secrets Manager did not answer: AccessDenied\n"


def test_the_machines_python_can_run_it() -> None:
    # Amazon Linux 2023 has Python 3.9: none of the syntax that came later.
    ast.parse((HOST / "fetch_secrets.py").read_text("utf-8"), feature_version=(3, 9))


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that asks for passwords, on this machine's loopback."""

    port: int
    change_password: Callable[[str, str], None]


def server_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so that root lends it another user."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("There is neither a user postgres nor nobody.")


@pytest.fixture
def server(postgres_bin: Path) -> Iterator[Server]:
    user = server_user()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        folder = Path(name)
        (folder / "first").write_text("first", "utf-8")
        if user:
            os.chown(folder, user["user"], user["group"])

        def call(program: str, *arguments: str | Path) -> None:
            # The server inherits what pg_ctl writes to: a pipe would never be closed.
            with (folder / "calls").open("ab") as sink:
                subprocess.run(
                    [postgres_bin / program, *arguments], check=True, stdout=sink, stderr=sink, cwd=folder, **user
                )

        def change_password(old: str, new: str) -> None:
            login = {"host": "127.0.0.1", "port": port, "user": "ser", "password": old, "dbname": "postgres"}
            with psycopg.connect(**login, autocommit=True) as connection:
                connection.execute(sql.SQL("ALTER ROLE ser PASSWORD {}").format(new))

        call("initdb", "-D", "data", "-U", "ser", "-A", "scram-sha-256", "--pwfile", "first", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
        call("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
        try:
            yield Server(port, change_password)
        finally:
            call("pg_ctl", "-D", "data", "-w", "-m", "fast", "stop")


@pytest.mark.postgres
def test_the_app_follows_a_changed_password_without_a_restart(
    secrets: ModuleType, server: Server, tmp_path: Path
) -> None:
    password = tmp_path / "password"

    def write(text: str) -> None:
        line = secrets.password_line("127.0.0.1", "ser", text)
        secrets.replace(password, line.replace(":5432:ser:", f":{server.port}:postgres:"), owner=os.geteuid())

    # As deploy/host/setup gives it to the app, but for what is only on AWS.
    (options,) = re.findall(r"local options='(.*)'", (HOST / "setup").read_text("utf-8"))
    options = options.replace("/run/database/password", str(password))
    options = options.replace("verify-full&sslrootcert=/run/rds-ca.pem", "disable")
    settings = Settings(database_url=f"postgresql://ser@127.0.0.1:{server.port}/postgres?{options}")

    write("first")
    open_history(settings).close()
    changed = r"with:colon\and backslash"
    server.change_password("first", changed)
    with pytest.raises(SerError):
        open_history(settings)
    write(changed)
    open_history(settings).close()
