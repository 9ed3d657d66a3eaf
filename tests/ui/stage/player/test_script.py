"""The player's modules, put in line as one: in order, and without two things of one name."""

import re
from collections import Counter
from pathlib import Path

from ui.stage.player.script import script
from ui.stage.player.words import WORDS

FOLDER = Path("ui/stage/player/js")


def test_every_module_is_in_it_and_nothing_is_imported_any_more() -> None:
    joined = script()
    assert not re.search(r"^import ", joined, re.MULTILINE)
    assert re.findall(r"^export .*", joined, re.MULTILINE) == [
        "export default function ({ data, parentElement, setStateValue }) {"
    ]
    for module in FOLDER.glob("*.js"):
        first = module.read_text("utf-8").splitlines()[0]
        assert first.startswith("// ")
        assert first in joined


def test_no_name_is_taken_twice() -> None:
    names = re.findall(r"^(?:const|let|class|(?:async )?function) (\w+)", script(), re.MULTILINE)
    assert [name for name, n in Counter(names).items() if n > 1] == []


def test_every_word_is_there_and_used() -> None:
    used = set(re.findall(r"words\.(\w+)", script()))
    assert used == set(WORDS)
