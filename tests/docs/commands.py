"""Commands that a page shows, and whether they would be understood."""

import re
import shlex

import click
import pytest

from ser_core.cli import main
from ser_core.config import PROJECT_DIR


def ser_commands(page: str) -> list[str]:
    """The `ser` commands in the code blocks of a page, without their comments."""
    shown = re.findall(r"^ *ser .*?(?<!\\)$", page, flags=re.MULTILINE | re.DOTALL)
    return [shlex.join(shlex.split(command.replace("\\\n", " "), comments=True)) for command in shown]


def parse(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parses a `ser` command as it would be run, up to the point where it would start to work."""
    monkeypatch.setattr(click.Command, "invoke", lambda self, context: None)
    name, *arguments = shlex.split(command)[1:]
    subcommand = main.get_command(click.Context(main), name)
    assert subcommand is not None
    subcommand.main(arguments, standalone_mode=False)


def make_targets(page: str) -> set[str]:
    """The targets of `make` that a page names."""
    return set(re.findall(r"(?:^|`)make (\w[\w-]*)", page, flags=re.MULTILINE))


def is_target(name: str) -> bool:
    """Whether the Makefile has a target."""
    makefile = (PROJECT_DIR / "Makefile").read_text(encoding="utf-8")
    return re.search(rf"^{name}:", makefile, flags=re.MULTILINE) is not None
