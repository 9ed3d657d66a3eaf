"""The components' modules, put in line as one: in order, and without two things of one name."""

import re
from collections import Counter
from pathlib import Path

import pytest

from ui.stage import words as recorders
from ui.stage.player.words import words
from ui.stage.script import script

PLAYER, RECORDERS = Path("ui/stage/player/js"), Path("ui/stage/js")
ENTRIES = [(PLAYER, "stage"), (RECORDERS, "microphone"), (RECORDERS, "long_recorder"), (RECORDERS, "live")]


@pytest.mark.parametrize("folder, entry", ENTRIES)
def test_nothing_is_imported_any_more_and_one_thing_exported(folder: Path, entry: str) -> None:
    joined = script(folder, entry)
    assert not re.search(r"^import ", joined, re.MULTILINE)
    (exported,) = re.findall(r"^export .*", joined, re.MULTILINE)
    assert exported.startswith("export default function (")


@pytest.mark.parametrize("folder", [PLAYER, RECORDERS])
def test_every_module_is_in_one_of_them(folder: Path) -> None:
    joined = "".join(script(where, entry) for where, entry in ENTRIES if where == folder)
    for module in folder.glob("*.js"):
        first = module.read_text("utf-8").splitlines()[0]
        assert first.startswith("// ")
        assert first in joined


@pytest.mark.parametrize("folder, entry", ENTRIES)
def test_no_name_is_taken_twice(folder: Path, entry: str) -> None:
    names = re.findall(r"^(?:const|let|class|(?:async )?function) (\w+)", script(folder, entry), re.MULTILINE)
    assert [name for name, n in Counter(names).items() if n > 1] == []


def test_every_word_of_the_recorders_is_there_and_used() -> None:
    used = {entry: set(re.findall(r"words\.(\w+)", script(RECORDERS, entry))) for _, entry in ENTRIES[1:]}
    # Found by a key: what is wrong with the level or with sending, and why an answer is missing.
    by_key = {"quiet", "clipping", "silent", "no_answer", "unknown", "too_long", "no_room"}
    assert used["microphone"] | used["long_recorder"] | by_key == set(recorders.words())
    assert used["live"] <= set(recorders.live_words())
    assert set(recorders.live_words()) - set(recorders.words()) - used["live"] == {"late", "lost"}


def test_every_word_of_the_player_is_there_and_used() -> None:
    used = set(re.findall(r"words\.(\w+)", script(PLAYER, "stage")))
    assert used == set(words())
