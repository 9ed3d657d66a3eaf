"""Every sentence that a person meets goes through the catalogue: none stands in the code unmarked."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ser_core.config import PROJECT_DIR
from tools.messages import ERRORS

_FOLDERS = ("pages", "ui", "ser_core/text", "ser_core/figures", "ser_core/conversations", "ser_core/practice")
# What programs and those who run the server are told is English.
_NOT_FOR_PEOPLE = "ui/server"
_FOR_PEOPLE = ("ui/server/failures.py", "ui/server/turns.py")
_FILES = sorted(
    path.relative_to(PROJECT_DIR).as_posix()
    for path in [
        PROJECT_DIR / "app.py",
        *(path for folder in _FOLDERS for path in (PROJECT_DIR / folder).rglob("*.py")),
        PROJECT_DIR / "ser_core/history/progress_lines.py",
    ]
)
_SWEPT = [file for file in _FILES if not file.startswith(_NOT_FOR_PEOPLE) or file in _FOR_PEOPLE]

_MARKS = {"_", "N_", "ngettext", "pgettext", "later", *ERRORS}
# Errors that are bugs, and what is not told but named: types, headers, modes.
_NEVER_TOLD = {"ValueError", "LookupError", "TypeVar", "getattr", "re", "compile", "headers"}
_WORDS = re.compile(r"[A-Za-z]{2,},? (?:[a-z]+ )*[A-Za-z]{2,}|^[*\s]*[A-Z][a-z]+[.*\s]*$")
_NO_WORDS = re.compile(
    r"^\s*[.\[\w][\w-]*\s?[({\[]|;\s|\]\s*[:{]"  # colours and styles
    r"|^(?:\{\})?\s*<"  # HTML
    r"|^\^?import "
    r"|^[\d. ]+$"
)
# Names in our own code that look like words: keys of the session's state, titles of columns for programs, units, what
# HTTP's headers say.
_NAMES = {
    *("Advice", "Everybody", "History", "Left", "Noise", "Result", "Right", "Tell"),
    *("Accept-Language", "Hz", "UTC", "came across", "heard otherwise", "rule for {}"),
    *("public, max-age=31536000, immutable", "Vary"),
}


def unmarked(source: str) -> Iterator[tuple[int, str]]:
    """The lines with words in them that no mark brings into the catalogue."""
    yield from _unmarked(ast.parse(source), marked=False)


def _unmarked(node: ast.AST, *, marked: bool) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return
    if isinstance(node, ast.Constant | ast.JoinedStr):
        said = _text(node)
        if not marked and _WORDS.search(said) and not _NO_WORDS.search(said) and said not in _NAMES:
            yield node.lineno, said
    skipped = _skipped(node)
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and child not in skipped and name not in {"annotation", "returns", "slice"}:
                yield from _unmarked(child, marked=marked or _is_mark(node))


def _skipped(node: ast.AST) -> list[ast.AST]:
    """Docstrings, the pieces of a text that was looked at as one, and what is looked for rather than said."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return [value for value in node.values if isinstance(value, ast.Constant)]
    return [node, *node.comparators, node.left] if isinstance(node, ast.Compare) else []


def _is_mark(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    return name in _MARKS | _NEVER_TOLD


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    """What it says, without icons."""
    if isinstance(node, ast.Constant):
        said = node.value if isinstance(node.value, str) else ""
    else:
        said = "".join(str(value.value) if isinstance(value, ast.Constant) else "{}" for value in node.values)
    return re.sub(r":material/\w+:", "", said)


@pytest.mark.parametrize("file", _SWEPT)
def test_every_sentence_is_marked(file: str) -> None:
    found = list(unmarked((PROJECT_DIR / file).read_text("utf-8")))
    assert found == [], "mark it with _ or N_ of ser_core.language (docs/languages.md)"


def test_an_unmarked_sentence_is_found() -> None:
    code = "\n".join(
        [
            "import streamlit as st",
            'st.caption("Not marked.")',
            'st.button("Cancel")',
            'st.caption(f"{n} takes are here")',
            'st.write(":material/check: **Saved.**")',
        ]
    )
    assert [line for line, _said in unmarked(code)] == [2, 3, 4, 5]
    assert list(unmarked('st.caption(_("Is marked."))\nst.caption(_("{n} takes are here", n=n))')) == []


@pytest.mark.parametrize("file", _SWEPT)
def test_no_function_takes_the_mark_for_a_name_of_its_own(file: str) -> None:
    # `for _, x in ...` in a function makes `_` a variable in all of it, and the sentences there would fail.
    tree = ast.parse((PROJECT_DIR / file).read_text("utf-8"))
    imports = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    if "_" not in imports:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "_":
            assert isinstance(node.ctx, ast.Load), f"{file}:{node.lineno}"
        if isinstance(node, ast.arg):
            assert node.arg != "_", f"{file}:{node.lineno}"


def test_every_file_is_looked_at() -> None:
    assert len(_SWEPT) > 60
    assert all((PROJECT_DIR / Path(file)).is_file() for file in (*_SWEPT, *_FOR_PEOPLE))
