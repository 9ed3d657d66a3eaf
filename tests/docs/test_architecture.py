"""docs/architecture.md: its layers are the checked ones, and what it names is there."""

import pkgutil
import re
import tomllib

import pytest

from ser_core.config import PROJECT_DIR

PAGE = (PROJECT_DIR / "docs/architecture.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`((?:ser_core|ui)(?:\.\w+)+)`", PAGE)))
PATHS = sorted(
    {
        *re.findall(r"\]\(\.\./([^)]+)\)", PAGE),
        *re.findall(r"`((?:ser_core|ui|tests|pages|models)/[\w./]*)`", PAGE),
    }
)


def test_the_layers_are_those_of_the_contract():
    settings = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (inside,) = [one["layers"] for one in contracts if one.get("containers") == ["ser_core"]]
    # In brackets stands what the contract expects and nobody has written yet.
    checked = [set(re.findall(r"(?<![\w(])\w+(?![\w)])", layer)) for layer in inside]
    section = PAGE.partition("## Layers")[2].partition("\n## ")[0]
    shown = [set(re.findall(r"`(\w+)`", cells)) for cells in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)]
    assert shown == checked


@pytest.mark.parametrize("name", NAMES)
def test_every_name_can_be_imported(name):
    assert pkgutil.resolve_name(name) is not None


@pytest.mark.parametrize("path", PATHS)
def test_every_path_exists(path):
    assert (PROJECT_DIR / path).exists()
