"""deploy/install, with a Python that only writes down what it was asked to do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

# Says that it is new enough, makes an environment whose interpreter is itself, and installs nothing.
PYTHON = """#!/bin/sh
case "$*" in
  *version_info*) exit {too_old} ;;
  *"import pip"*) exit 0 ;;
  --version) echo "Python {version}" ;;
  "-m venv --clear "*) rm -rf "$4"; mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; echo "venv" >>calls ;;
  "-m pip "*) echo "pip $*" >>calls; [ ! -e broken ] ;;
  "-m compileall "*) echo "compileall" >>calls ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script, two requirements files and a Python 3.12 called python3."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(PROJECT / "deploy/install", tmp_path / "deploy")
    for name in ("requirements.txt", "requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text("a==1\n", "utf-8")
    write_python(tmp_path / "python3", "3.12.1", too_old=False)
    return tmp_path


def write_python(path: Path, version: str, *, too_old: bool) -> None:
    path.write_text(PYTHON.format(version=version, too_old=int(too_old)), "utf-8")
    path.chmod(0o755)


def install(checkout: Path, wanted: str = "requirements.txt") -> tuple[int, str, list[str]]:
    """Exit code, what was said, and what Python was asked since the last time."""
    calls = checkout / "calls"
    calls.write_text("", "utf-8")
    # Only the tools the script needs are on the path, no Python but the one here.
    tools = checkout / "tools"
    tools.mkdir(exist_ok=True)
    for tool in ("sh", "cat", "cksum", "tr", "flock", "dirname", "rm", "mkdir", "cp"):
        link = tools / tool
        if not link.exists():
            link.symlink_to(shutil.which(tool) or f"/bin/{tool}")
    environ = {"PATH": str(tools), "PYTHON": str(checkout / "python3")}
    done = subprocess.run(["deploy/install", wanted], cwd=checkout, env=environ, capture_output=True, text=True)
    return done.returncode, done.stderr, [line.split()[0] for line in calls.read_text("utf-8").splitlines()]


def test_a_second_time_does_nothing(checkout: Path) -> None:
    assert install(checkout) == (0, install_said(checkout), ["venv", "pip", "compileall", "pip"])
    assert install(checkout) == (0, "", [])


def install_said(checkout: Path) -> str:
    return (
        "Creating .venv with Python 3.12.1\n"
        "Installing requirements.txt (a minute or two the first time)\n"
        "Ready: .venv/bin/ser\n"
    )


def test_more_requirements_are_added_to_what_is_there(checkout: Path) -> None:
    install(checkout)
    assert install(checkout, "requirements-dev.txt")[2] == ["pip", "compileall", "pip"]
    assert install(checkout)[2] == []


def test_changed_versions_are_installed(checkout: Path) -> None:
    install(checkout)
    (checkout / "requirements.txt").write_text("a==2\n", "utf-8")
    assert install(checkout)[2] == ["pip", "compileall", "pip"]


def test_only_files_whose_hashes_are_known_are_installed(checkout: Path) -> None:
    install(checkout, "requirements-dev.txt")
    first, _, second = (checkout / "calls").read_text("utf-8").splitlines()[1:]
    assert first.endswith("--require-hashes -r requirements-dev.lock")
    assert second.endswith("--no-deps --no-build-isolation -e .")
    (checkout / "requirements-dev.lock").write_text("a==1 --hash=sha256:0\n", "utf-8")
    assert install(checkout, "requirements-dev.txt")[2] == ["pip", "compileall", "pip"]


def test_a_failed_install_is_not_taken_for_done_and_starts_clean(checkout: Path) -> None:
    (checkout / "broken").touch()
    assert install(checkout)[0] != 0
    (checkout / "broken").unlink()
    code, _, calls = install(checkout)
    assert (code, calls) == (0, ["venv", "pip", "compileall", "pip"])


def test_a_moved_checkout_gets_a_new_environment(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    install(checkout)
    moved = tmp_path_factory.mktemp("elsewhere") / "moved"
    os.rename(checkout, moved)
    assert install(moved)[2] == ["venv", "pip", "compileall", "pip"]


def test_an_old_python_is_refused_by_name(checkout: Path) -> None:
    write_python(checkout / "python3", "3.9.2", too_old=True)
    code, said, calls = install(checkout)
    assert code == 1
    assert calls == []
    assert "Python 3.11 or later is needed" in said
    assert "Python 3.9.2" in said
