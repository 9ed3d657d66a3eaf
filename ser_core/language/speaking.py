"""Sentences in the language of whoever is spoken to.

Nothing here is kept for all visitors of a server: `speaking` holds for what is called inside it, and a page is told by
`use` where to look up the language of the visitor that it is drawn for.
"""

import functools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from string import Formatter
from typing import Any, ParamSpec, TypeVar

from ser_core.language.catalogues import ENGLISH, translations
from ser_core.language.numbers import localised

P = ParamSpec("P")
Result = TypeVar("Result")

_SPEAKING: ContextVar[str | None] = ContextVar("language", default=None)
_SPEC = re.compile(r"[+,]*(\.\d)?[a-z%]?")


def _nobody_asks() -> str | None:
    return None


_of_visitor: Callable[[], str | None] = _nobody_asks


def use(of_visitor: Callable[[], str | None]) -> None:
    """Have `of_visitor` say in which language the visitor is spoken to for whom this thread works; None for nobody."""
    global _of_visitor
    _of_visitor = of_visitor


def current() -> str:
    """The language that is spoken here and now."""
    return _SPEAKING.get() or _of_visitor() or ENGLISH


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Inside this context that language is spoken."""
    token = _SPEAKING.set(language)
    try:
        yield
    finally:
        _SPEAKING.reset(token)


def bound(function: Callable[P, Result]) -> Callable[P, Result]:
    """The function, which will speak the language that is spoken now, in whichever thread it is called."""
    language = current()

    @functools.wraps(function)
    def speak(*args: P.args, **kwargs: P.kwargs) -> Result:
        with speaking(language):
            return function(*args, **kwargs)

    return speak


def N_(sentence: str) -> str:
    """A sentence that is said later, by `_`: only marked, so that it comes into the catalogue."""
    return sentence


def _(sentence: str, /, **fields: object) -> str:
    """The sentence in the language that is spoken, with its `{fields}` filled in; numbers as that language writes them.

    >>> _("Heard for {length:.1f} s", length=2.5)
    'Heard for 2.5 s'
    """
    return _filled(translations(current()).gettext(sentence), fields) if sentence else ""


def ngettext(one: str, many: str, count: int, /, **fields: object) -> str:
    """The form of a sentence that goes with a number, which fills in `{count}`.

    >>> ngettext("{count} take", "{count} takes", 3)
    '3 takes'
    """
    return _filled(translations(current()).ngettext(one, many, count), {"count": count, **fields})


def pgettext(context: str, sentence: str, /, **fields: object) -> str:
    """A sentence that means something else elsewhere; `context` tells translators which of them it is."""
    return _filled(translations(current()).pgettext(context, sentence), fields)


class Later:
    """A part of a sentence, said in the language that is spoken when it is needed."""

    def __init__(self, sentence: str, /, **fields: object) -> None:
        self.sentence, self.fields = sentence, fields

    def __str__(self) -> str:
        return _(self.sentence, **self.fields)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Later) and (self.sentence, self.fields) == (other.sentence, other.fields)

    def __hash__(self) -> int:
        return hash(self.sentence)


def later(sentence: str, /, **fields: object) -> Later:
    """A part of a sentence that is put into words when the whole is said."""
    return Later(sentence, **fields)


class _Fields(Formatter):
    """Fills in fields by their names alone: a sentence may have come from elsewhere, and looks into nothing."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if not _SPEC.fullmatch(format_spec):
            raise ValueError(f"A field is written with digits and signs alone; got {format_spec!r}.")
        written = str(format(value, format_spec))
        # Ours writes itself as the language does.
        is_number = type(value) is float or (type(value) is int and format_spec)
        return localised(written, current()) if is_number else written


_fields = _Fields()


def _filled(sentence: str, fields: dict[str, object]) -> str:
    return _fields.vformat(sentence, (), fields) if fields else sentence
