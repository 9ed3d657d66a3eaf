"""Parameters that several commands share."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ser_core.errors import SerError
from ser_core.labels import Emotion

if TYPE_CHECKING:
    from ser_core.recipes import Recipe

CHANNELS = {"left": 0, "right": 1}
"""The sides of a call."""


class CorpusFolder(click.ParamType[tuple[str, Path]]):
    """NAME=DIR: a corpus and its folder."""

    name = "NAME=DIR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        """Splits at the first equals sign."""
        name, equals, folder = str(value).partition("=")
        if not (name and equals and folder):
            self.fail(f"expected NAME=DIR, such as ravdess=data/ravdess; got {value!r}", param, ctx)
        return name, Path(folder)


class Labelled(click.ParamType[tuple[Path, Emotion]]):
    """FILE=EMOTION: a recording, and how it was meant."""

    name = "FILE=EMOTION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Path, Emotion]:
        """Splits at the last equals sign, since a file's name may have one."""
        if isinstance(value, tuple):
            return value
        file, equals, emotion = str(value).rpartition("=")
        if not (file and equals and emotion in set(Emotion)):
            known = ", ".join(Emotion)
            self.fail(f"expected FILE=EMOTION, the emotion one of {known}; got {value!r}", param, ctx)
        return Path(file), Emotion(emotion)


class Names(click.ParamType[tuple[str, ...]]):
    """A,B,C: names separated by commas."""

    name = "A,B"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Splits at commas; empty names are left out."""
        if isinstance(value, tuple):
            return value
        return tuple(name.strip() for name in str(value).split(",") if name.strip())


def with_knobs(recipe: "Recipe", knobs: Mapping[str, Any]) -> "Recipe":
    """The recipe with other values for some knobs, by name. Raises SerError for a knob that it does not have."""
    has = {knob.name for knob in fields(recipe)}
    if strange := [name for name in knobs if name not in has]:
        option = "noise" if strange[0] == "noise_dir" else strange[0]
        raise SerError(f"--{option} means nothing to the recipe {recipe.name}: leave it out.")
    return replace(recipe, **knobs)
