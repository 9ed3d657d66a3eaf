"""The language in which a person is spoken to: every sentence that pages, reports and commands say goes through here.

The English sentence is its own key in a catalogue, one file for each other language (docs/languages.md).
"""

from ser_core.language.catalogues import ENGLISH, choose, languages, own_name
from ser_core.language.numbers import localised
from ser_core.language.speaking import N_, Later, _, bound, current, later, ngettext, pgettext, speaking, use
from ser_core.language.times import date, date_and_time

__all__ = [
    "ENGLISH",
    "Later",
    "N_",
    "_",
    "bound",
    "choose",
    "current",
    "date",
    "date_and_time",
    "languages",
    "later",
    "localised",
    "ngettext",
    "own_name",
    "pgettext",
    "speaking",
    "use",
]
