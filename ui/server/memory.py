"""Gives memory back to the machine once visitors have left it.

Freed memory stays with the process unless the C library is told to return it; after fifty visitors that was twice what
the app itself takes.
"""

import gc
import threading
import time
from collections.abc import Callable

from ser_core.machine import return_free_memory

# Soon, but once for all who leave together.
_AFTER_S = 2.0
_AT_MOST_EVERY_S = 5.0


class Caretaker:
    """Calls `tidy` a little after somebody asked for it, in a thread of its own, and not more often than it should."""

    def __init__(
        self, tidy: Callable[[], None], *, after_s: float = _AFTER_S, at_most_every_s: float = _AT_MOST_EVERY_S
    ) -> None:
        self._tidy, self._after_s, self._at_most_every_s = tidy, after_s, at_most_every_s
        self._asked = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def ask(self) -> None:
        """Have it tidied up soon."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="memory", daemon=True)
                self._thread.start()
        self._asked.set()

    def _work(self) -> None:
        while True:
            self._asked.wait()
            time.sleep(self._after_s)
            self._asked.clear()
            self._tidy()
            time.sleep(self._at_most_every_s)


def _tidy() -> None:
    gc.collect()
    return_free_memory()


_caretaker = Caretaker(_tidy)


def give_back_soon() -> None:
    """Return the memory that is free by now, and what becomes free in the next moments, to the machine."""
    _caretaker.ask()
