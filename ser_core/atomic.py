"""Files that are either written completely or not at all; and whether they can be, before anything is computed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ser_core.errors import SerError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, with the suffix of `path`, whose file replaces `path` in one step at the end.

    If writing is interrupted, `path` stays as it was. Missing folders are created.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.stem}.partial-{os.getpid()}{path.suffix}")
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replaces a text file (UTF-8) in one step."""
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8")


def check_writable(folder: Path) -> None:
    """Raises SerError for a folder in which nothing can be written, whether or not it is there yet."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not there.is_dir():
        raise SerError("{there} is a file; a folder is needed. Name another one.", there=there)
    if not os.access(there, os.W_OK | os.X_OK):
        raise SerError(
            "Nothing can be written in {there}. Name another folder, or change who may write there.", there=there
        )
