"""How emotions usually sound: the distribution of every prosodic value, by emotion and register of the voice.

The table is generated from recorded corpora by

    python -m tools.reference --corpus ravdess=DIR --corpus tess=DIR --corpus nemo=DIR

and committed beside this file as reference.json, with quantiles only and no recordings. Its only source is acted
speech, so it shows how actors convey an emotion to strangers, which is what people practise here, and not how people
sound who feel it.
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
