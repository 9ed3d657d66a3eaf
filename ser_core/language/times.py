"""Days and times as a language writes them."""

import datetime

from ser_core.language.speaking import current

# Of the ways to write English, this one has the day before the month, as the other languages do.
_LOCALES = {"en": "en_GB"}


def date_and_time(when: datetime.datetime) -> str:
    """A moment, to the minute, in its own zone.

    >>> date_and_time(datetime.datetime(2026, 3, 9, 14, 5))
    '9 Mar 2026, 14:05'
    """
    from babel.dates import format_datetime

    return format_datetime(when, "d MMM y, HH:mm", locale=_locale())


def date(day: datetime.date) -> str:
    """A day.

    >>> date(datetime.date(2026, 3, 9))
    '9 Mar 2026'
    """
    from babel.dates import format_date

    return format_date(day, "d MMM y", locale=_locale())


def _locale() -> str:
    language = current()
    return _LOCALES.get(language, language)
