"""Bugs on a page: the log has the place in the code, the person a sentence and the number under which it lies there."""

import logging
import secrets

import streamlit as st

from ser_core.language import _
from ui.server import metrics

# Letters and digits that are not mistaken for each other when they are read out.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_NUMBER = "ser_number"


def number_of(error: BaseException) -> str:
    """The number of an error, the same whenever it is asked for."""
    # Exceptions cannot be referred to weakly, so it is kept in the error itself.
    number: str = error.__dict__.setdefault(_NUMBER, "".join(secrets.choice(_SIGNS) for _place in range(6)))
    return number


def show(error: Exception) -> bool:
    """Count a page that ended in a bug, which Streamlit has logged, and say so on the page. Returns True: Streamlit
    shows nothing then.
    """
    metrics.PAGE_FAILURES.inc()
    st.error(
        _(
            "Something went wrong in this app, and this part of the page cannot be shown. It is not "
            "your recording's fault. Reload the page to begin anew. If you report it, give this "
            "number: {error}",
            error=number_of(error),
        ),
        icon=":material/error:",
    )
    return True


class Numbered(logging.Filter):
    """Puts the number of a bug into its line of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every line; that of a bug becomes an event with its number."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.msg, record.args = "error", None
            record.facts = {"number": number_of(error)}
        return True
