"""The README says what is so: its commands exist, its figures are the card's, its settings the code's."""

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest

from ser_core.cli import main
from ser_core.config import PROJECT_DIR, Settings

README = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ser .*?(?<!\\)$", README, flags=re.MULTILINE | re.DOTALL)


def test_every_command_stands_in_the_readme():
    shown = {shlex.split(command)[1] for command in COMMANDS}
    assert shown == set(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shown_is_understood(command, monkeypatch):
    """Parsed as it would be run, up to the point where it would start to work."""
    monkeypatch.setattr(click.Command, "invoke", lambda self, context: None)
    name, *arguments = shlex.split(command.replace("\\\n", " "), comments=True)[1:]
    subcommand = main.get_command(click.Context(main), name)
    assert subcommand is not None
    subcommand.main(arguments, standalone_mode=False)


def test_the_make_targets_shown_exist():
    makefile = (PROJECT_DIR / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:^|`)make (\w[\w-]*)", README, flags=re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_the_figures_are_those_of_the_card(model_dir):
    metrics = json.loads((model_dir / "card.json").read_text(encoding="utf-8"))["metrics"]
    for corpus, title in (("ravdess", "RAVDESS"), ("nemo", "nEMO")):
        (row,) = re.findall(rf"^\| {title}, .*$", README, flags=re.MULTILINE)
        n, ua, wa = (cell.strip() for cell in row.split("|")[3:6])
        m = metrics[f"test {corpus}"]
        assert (int(n), ua, wa) == (m["n"], f"{m['ua']:.3f}", f"{m['wa']:.3f}")


def test_every_setting_stands_in_the_table_and_none_that_is_not():
    table = set(re.findall(r"^\| `(SER_\w+)` \|", README, flags=re.MULTILINE))
    known = {f"SER_{field.name.upper()}" for field in fields(Settings)}
    assert table == known | {"SER_CORPORA"}


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!http)([^)]+)\)", README))))
def test_what_is_linked_is_there(link):
    assert (PROJECT_DIR / Path(link)).exists()
