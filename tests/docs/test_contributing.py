"""CONTRIBUTING.md: what it tells people to run and to open is there."""

import re
import shlex
import tomllib

import pytest

from ser_core.config import PROJECT_DIR
from tests.docs.commands import is_target, make_targets, parse, ser_commands

PAGE = (PROJECT_DIR / "CONTRIBUTING.md").read_text(encoding="utf-8")
PYTEST = re.findall(r"^\.venv/bin/pytest .*$", PAGE, flags=re.MULTILINE)


@pytest.mark.parametrize("command", ser_commands(PAGE))
def test_every_command_shown_is_understood(command, monkeypatch):
    parse(command, monkeypatch)


def test_the_make_targets_shown_exist():
    targets = make_targets(PAGE)
    assert {"install-dev", "lint", "test"} <= targets
    assert all(is_target(target) for target in targets)


@pytest.mark.parametrize("command", PYTEST)
def test_the_tests_to_run_exist(command):
    _, *arguments = shlex.split(command, comments=True)
    folders = [argument for argument in arguments if argument.startswith("tests/")]
    assert all((PROJECT_DIR / folder).exists() for folder in folders)


def test_the_markers_are_those_that_tests_carry():
    settings = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    known = {marker.partition(":")[0] for marker in settings["tool"]["pytest"]["ini_options"]["markers"]}
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, flags=re.MULTILINE)) == known
    excluded = re.findall(r"not (\w+)", " ".join(PYTEST))
    assert excluded
    assert set(excluded) <= known


@pytest.mark.parametrize(
    "path",
    sorted(
        {
            *re.findall(r"\]\((?!http)([^)]+)\)", PAGE),
            *re.findall(r"`([\w./]+\.(?:py|json|toml)|[\w]+/|\.ci/run)`", PAGE),
        }
    ),
)
def test_what_it_points_to_is_there(path):
    assert (PROJECT_DIR / path).exists()
