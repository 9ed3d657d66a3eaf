"""Files that are either written completely or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
