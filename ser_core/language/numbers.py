"""Numbers as a language writes them."""

from functools import cache

from ser_core.language.catalogues import ENGLISH


def localised(written: str, language: str) -> str:
    """A number that Python has written, as the language writes it.

    >>> localised("1,234.5", "en"), localised("-23.4", "pl")
    ('1,234.5', '-23,4')
    """
    return written if language == ENGLISH else written.translate(_signs(language))


@cache
def signs(language: str) -> tuple[str, str]:
    """The decimal sign of a language, and what stands between thousands."""
    if language == ENGLISH:
        return ".", ","
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return get_decimal_symbol(language), get_group_symbol(language)


@cache
def _signs(language: str) -> dict[int, str]:
    decimal, group = signs(language)
    return str.maketrans({".": decimal, ",": group})
