"""Which languages there are: English, and one for each catalogue beside this file."""

import re
from collections.abc import Iterable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

ENGLISH = "en"
CATALOGUES = Path(__file__).parent


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages (ISO 639-1), English first."""
    return (ENGLISH, *sorted(path.stem for path in CATALOGUES.glob("*.po")))


@cache
def own_name(language: str) -> str:
    """The language's name in that language.

    >>> own_name("en"), own_name("pl")
    ('English', 'Polski')
    """
    from babel import Locale

    return (Locale(language).get_display_name(language) or language).capitalize()


def choose(wanted: Iterable[str]) -> str | None:
    """The first of the languages that somebody wants, best first, that there is; None where there is none of them.

    >>> choose(["de-AT", "pl-PL", "en"]), choose(["de"])
    ('pl', None)
    """
    there = languages()
    codes = (re.split("[-_.]", each.strip().lower(), maxsplit=1)[0] for each in wanted)
    return next((code for code in codes if code in there), None)


def accepted(header: str) -> list[str]:
    """The languages of an Accept-Language header (RFC 9110, section 12.5.4), best first.

    >>> accepted("en;q=0.5, pl-PL, pl;q=0.9, *;q=0.1")
    ['pl-PL', 'pl', 'en', '*']
    """
    weighed = []
    for part in header.split(","):
        name, _, quality = part.partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if name.strip() and weight > 0:
            weighed.append((name.strip(), weight))
    return [name for name, _ in sorted(weighed, key=lambda each: -each[1])]


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, read once; English needs none."""
    if language == ENGLISH:
        return NullTranslations()
    # Compiled in memory: a compiled file beside it could be an old one.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
