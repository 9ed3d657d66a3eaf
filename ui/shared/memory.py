"""What one session has already computed, so that a rerun computes nothing again.

Kept in the session's own state: a voice must never lie in a cache that all sessions share.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import streamlit as st

Result = TypeVar("Result")

_STATE = "computed"
_PAGE = "of_this_page"
# The length, the sound of a minute (4 MB), a report, what is on the stage (5 MB), a saliency and its picture, and the
# same again for the other side of a call.
_MOST = 12


def once(key: Hashable, compute: Callable[[], Result]) -> Result:
    """The result of `compute`, called at most once for `key` in this session while it is among those last used."""
    computed: dict[Hashable, Any] = st.session_state.setdefault(_STATE, {})
    result: Result = computed.pop(key) if key in computed else compute()
    computed[key] = result
    while len(computed) > _MOST:
        del computed[next(iter(computed))]
    return result


def of_this_page() -> dict[str, Any]:
    """What is held for as long as this page is shown."""
    held: dict[str, Any] = st.session_state.setdefault(_PAGE, {})
    return held


def leave_page() -> None:
    """Drop what was held for the page that was shown before."""
    st.session_state.pop(_PAGE, None)


def forget_all() -> None:
    """Drop everything this session has computed."""
    st.session_state.pop(_STATE, None)
