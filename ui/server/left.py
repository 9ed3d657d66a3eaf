"""What a page leaves behind for the one that is loaded in its place.

To a server, a page that is loaded anew is one that was closed and another that was opened. The browser's tab keeps a
name that nobody can guess (`sessionStorage`), which the next page in the same tab shows; what lies under it is gone
with the session it belongs to, some seconds after its page.
"""

import secrets
from typing import Any
from weakref import WeakValueDictionary


class Left:
    """What can be had by its name for as long as the session holds this object, and not a moment longer.

    Attributes:
        session: the session that it belongs to.
        name: what the tab keeps.
        content: what the session would lose; empty for nothing.
    """

    def __init__(self, session: str) -> None:
        self.session, self.name = session, secrets.token_urlsafe(24)
        self.content: dict[str, Any] = {}
        _open[self.name] = self


# Weak: what a session drops is gone from here as well.
_open: WeakValueDictionary[str, Left] = WeakValueDictionary()


def find(name: str) -> Left | None:
    """What was left under that name, or None."""
    return _open.get(name)


def leaves_something(session: str) -> bool:
    """Whether a session would lose something by being closed."""
    return any(left.session == session and left.content for left in list(_open.values()))
