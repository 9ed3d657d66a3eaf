"""Waiting for one's turn, and seeing how long that takes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import streamlit as st

from ser_core.language import _
from ui.server.turns import Place, Turns, Urgency

_ANYTHING = "waiting"


@contextmanager
def for_turn(
    turns: Turns, urgency: Urgency = Urgency.ANSWER, show: Callable[[str], object] | None = None
) -> Iterator[None]:
    """Inside this context it is this visitor's turn to compute; until then the page shows the place in the queue, by
    `show` where it is given.

    Raises BusyError when the queue is too long to be worth while.
    """
    # A spinner takes no place on the page: what follows stays where it is in the runs that wait for nothing.
    with ExitStack() as spinning:
        last = ""

        def tell(place: Place) -> None:
            nonlocal last
            # Streamlit ends this run here when the page has been left, or asked for anew.
            _still_there = _ANYTHING in st.session_state
            before, last = last, in_words(place)
            if show is not None:
                show(last)
            elif last != before:
                spinning.close()
                spinning.enter_context(st.spinner(last))

        with turns.turn(urgency, tell):
            spinning.close()
            yield


def in_words(place: Place) -> str:
    """The place in the queue, for the page.

    >>> from ui.server.turns import Place
    >>> in_words(Place(before=3, wait_s=3.6))
    'Other recordings come first: 3 before yours, about 4 s.'
    """
    if place.before == 0:
        return _("Yours is next.")
    return _(
        "Other recordings come first: {before} before yours, about {seconds} s.",
        before=place.before,
        seconds=max(1, round(place.wait_s)),
    )
