"""How emotions usually sound: the distribution of every prosodic value, by emotion and register of the voice.

The table is made from recorded corpora by

    python -m tools.reference --corpus ravdess=DIR --corpus tess=DIR --corpus nemo=DIR

and committed beside this file as reference.json: quantiles alone, no recording. Acted speech is its only source,
so it tells how actors convey an emotion to strangers, which is what is practised here, and not how people
who feel it sound.
"""

from ser_core.practice.reference.table import (
    Band,
    Reference,
    Register,
    guess_register,
    load_reference,
    register_of,
    relative_value,
    write_reference,
)

__all__ = [
    "Band",
    "Reference",
    "Register",
    "guess_register",
    "load_reference",
    "register_of",
    "relative_value",
    "write_reference",
]
