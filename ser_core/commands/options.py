"""Arguments that several commands take."""

from pathlib import Path
from typing import Any

import click


class CorpusFolder(click.ParamType[tuple[str, Path]]):
    """NAME=DIR: a corpus and where it lies."""

    name = "NAME=DIR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        """Splits at the first equals sign."""
        name, equals, folder = str(value).partition("=")
        if not (name and equals and folder):
            self.fail(f"expected NAME=DIR, such as ravdess=data/ravdess; got {value!r}", param, ctx)
        return name, Path(folder)


class Names(click.ParamType[tuple[str, ...]]):
    """A,B,C: names separated by commas."""

    name = "A,B"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Splits at commas; empty names are left out."""
        if isinstance(value, tuple):
            return value
        return tuple(name.strip() for name in str(value).split(",") if name.strip())
