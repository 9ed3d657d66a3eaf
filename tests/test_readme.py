"""The README says what is so: its commands exist, its figures are those measured, its settings the code's."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest

from ser_core.cli import main
from ser_core.config import PROJECT_DIR, Settings
from ser_core.models.card import load_card
from ser_core.models.results import load_results, of_earlier_recipe
from tests.docs.commands import is_target, make_targets, parse, ser_commands

README = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")
COMMANDS = ser_commands(README)


def test_every_command_stands_in_the_readme():
    shown = {shlex.split(command)[1] for command in COMMANDS}
    assert shown == set(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shown_is_understood(command, monkeypatch):
    parse(command, monkeypatch)


def test_the_make_targets_shown_exist():
    targets = make_targets(README)
    assert {"run", "test"} <= targets
    assert all(is_target(target) for target in targets)


def test_the_figures_are_those_of_the_results():
    rows = re.findall(
        r"^\| `([a-z-]+)` \|[^|]*\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", README, flags=re.MULTILINE
    )
    assert {"ravdess-actors", "nemo-speakers", "tess-random"} <= {protocol for protocol, *_ in rows}
    for protocol, n, *cells in rows:
        measured = [load_results()[protocol].get(recipe) for recipe in ("whisper", "whisper-shallow", "crnn")]
        assert cells == [in_table(m) for m in measured], protocol
        assert {str(m["n"]) for m in measured if m} == {n}, protocol


def in_table(m):
    if m is None:
        return "–"
    return f"{m['ua']:.3f}" + ("" if m["ua_deviation"] is None else f" ± {m['ua_deviation']:.3f}")


def test_what_it_says_of_ordinary_speech_is_measured():
    m = load_results()["joint-speakers"]["whisper"]
    plain = m["unacted"]["plain"]
    said = re.sub(r"\s+", " ", README)
    assert f"of {plain['n']} clips of ordinary speech" in said
    assert f"other than neutral or calm in {plain['emotional']:.0%}, and surely" in said
    assert f"answers neutral or calm in {plain['at_rest']:.0%}." in said
    assert f"calibrated to {m['calibration_error']:.3f} " in said


def test_it_names_the_languages_that_the_model_learned_from():
    [said] = re.findall(r"play an emotion, in ([^.]*),\s+and from a little ordinary speech", README)
    corpora = load_card("whisper", PROJECT_DIR / "models").corpora.values()
    assert set(re.findall(r"[A-Z]\w+", said)) == {c["language"] for c in corpora} - {"several", "none"}


def test_it_says_which_figures_are_of_an_earlier_recipe():
    results = load_results()
    earlier = {p for p, by_recipe in results.items() if "crnn" in by_recipe and of_earlier_recipe(results, p, "crnn")}
    said = re.search(r"([^.]*?)\s(?:is|are)\s+of an\s+earlier\s+recipe", README)
    assert set(re.findall(r"`([a-z-]+)`", said[1] if said else "")) == earlier


def test_the_figures_of_few_shot_adaptation_are_those_of_the_results():
    table = README[README.index("| labelled recordings") :].partition("\n\n")[0].splitlines()
    protocols = re.findall(r"`([a-z-]+)`", table[0])
    assert protocols
    for column, protocol in enumerate(protocols):
        taught = load_results()[protocol]["whisper"]["few_shot"]
        expected = [taught[0]["ua_without"], *(m["ua_with"] for m in taught)]
        shown = [row.strip("|").split("|")[1 + column].strip() for row in table[2:]]
        assert shown == [f"{ua:.3f}" for ua in expected], protocol


def test_the_served_model_shows_the_same_figures(model_dir):
    card = load_card(model_dir.name, model_dir.parent)
    assert card.metrics["protocol ravdess-actors"]["ua"] == load_results()["ravdess-actors"][model_dir.name]["ua"]


def test_every_setting_stands_in_the_table_and_none_that_is_not():
    table = set(re.findall(r"^\| `(SER_\w+)` \|", README, flags=re.MULTILINE))
    known = {f"SER_{field.name.upper()}" for field in fields(Settings)}
    assert table == known | {"SER_CORPORA"}


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!http)([^)]+)\)", README))))
def test_what_is_linked_is_there(link):
    assert (PROJECT_DIR / Path(link)).exists()
