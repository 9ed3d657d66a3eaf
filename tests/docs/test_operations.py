"""docs/operations.md and docs/backups.md: every fault of the table has its test, and the commands they show exist."""

import ast
import re

import pytest

from ser_core.config import PROJECT_DIR
from tests.docs.commands import parse, ser_commands

PAGE = (PROJECT_DIR / "docs/operations.md").read_text(encoding="utf-8")
BACKUPS = (PROJECT_DIR / "docs/backups.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.partition("## When something fails")[2].splitlines()
    if line.startswith("| ")
][1:]


def test_the_table_has_the_faults_that_matter() -> None:
    assert len(ROWS) >= 18
    assert all(len(row) == 5 and all(row) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_fault_has_its_test(row: list[str]) -> None:
    (named,) = re.findall(r"`(tests/[^`]+)`", row[-1])
    file, *path = named.split("::")
    body = ast.parse((PROJECT_DIR / file).read_text(encoding="utf-8")).body
    for name in path:
        (found,) = [node for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name]
        body = found.body
    assert path[-1].startswith("test_")


@pytest.mark.parametrize("command", ser_commands(BACKUPS))
def test_every_command_shown_is_understood(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parse(command, monkeypatch)


def test_every_failure_that_is_logged_stands_on_the_page() -> None:
    assert "`history_failed`" in PAGE
