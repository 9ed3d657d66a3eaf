"""Work that takes turns: as many at a time as there are cores, first come first served, answers before pictures.

Fifty threads that compute at once take turns as well, but in slices: then nobody has an answer before the last.
"""

import heapq
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from itertools import count

from ser_core.errors import SerError
from ser_core.machine import cores
from ui.server import metrics

# Who has waited for as long as this without having moved up looks whether the page has been left.
_LOOK_UP_S = 1.0
# How much the last one counts in the average of how long they take.
_WEIGHT_OF_LAST = 0.2
# More than this nobody waits for; who is refused can ask again at once.
_LONGEST_WAIT_S = 45.0
_MOST_WAITING = 250


class Urgency(IntEnum):
    """Which of those who wait is next; among equals, who came first."""

    ANSWER = 0
    PICTURES = 1
    # An answer each second to who is speaking: one that comes late is left out, and the next one is better.
    LIVE = 2


class BusyError(SerError):
    """So many people are waiting that there is no sense in waiting, too."""


@dataclass(frozen=True)
class Place:
    """A place in the queue.

    Attributes:
        before: how many are before it.
        wait_s: about how long until it is its turn, in seconds.
    """

    before: int
    wait_s: float


class _Waiter:
    def __init__(self) -> None:
        self.called = threading.Event()


class Turns:
    """A queue for work of one kind, of which `at_once` are done at a time. `typical_s` is how long one takes, until
    that has been seen.
    """

    def __init__(
        self,
        at_once: int,
        typical_s: float,
        *,
        longest_wait_s: float = _LONGEST_WAIT_S,
        most_waiting: int = _MOST_WAITING,
        look_up_s: float = _LOOK_UP_S,
    ) -> None:
        self._free = self._at_once = at_once
        self._typical_s = typical_s
        self._longest_wait_s, self._most_waiting, self._look_up_s = longest_wait_s, most_waiting, look_up_s
        self._lock = threading.Lock()
        self._numbers = count()
        self._queue: list[tuple[Urgency, int, _Waiter]] = []

    @contextmanager
    def turn(self, urgency: Urgency, on_place: Callable[[Place], None]) -> Iterator[None]:
        """Inside this context it is one's turn. While one waits, `on_place` is called about once a second, and may
        raise to give up. Raises BusyError when the queue is too long to be worth while.
        """
        waiter = _Waiter()
        with self._lock:
            if self._free:
                self._free -= 1
                waiter.called.set()
            else:
                self._line_up(waiter, urgency)
        try:
            while not waiter.called.wait(self._look_up_s):
                on_place(self._place(waiter))
        except BaseException:
            self._leave(waiter)
            raise
        began = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._typical_s += _WEIGHT_OF_LAST * (time.monotonic() - began - self._typical_s)
                self._call_next()

    def _line_up(self, waiter: _Waiter, urgency: Urgency) -> None:
        entry = (urgency, next(self._numbers), waiter)
        before = sum(other < entry for other in self._queue)
        wait_s = self._wait_s(before)
        if len(self._queue) >= self._most_waiting or wait_s > self._longest_wait_s:
            metrics.REFUSED.labels("busy").inc()
            raise BusyError(
                "Many people are here at the moment: this would take about {wait_s:.0f} seconds to "
                "begin. Your recording is still here. Try again in a minute.",
                wait_s=wait_s,
            )
        heapq.heappush(self._queue, entry)

    def _place(self, waiter: _Waiter) -> Place:
        with self._lock:
            before = next((n for n, entry in enumerate(sorted(self._queue)) if entry[2] is waiter), 0)
            return Place(before, self._wait_s(before))

    def _wait_s(self, before: int) -> float:
        return (before + 1) * self._typical_s / self._at_once

    def _leave(self, waiter: _Waiter) -> None:
        with self._lock:
            if waiter.called.is_set():  # its turn has come just now
                self._call_next()
                return
            self._queue = [entry for entry in self._queue if entry[2] is not waiter]
            heapq.heapify(self._queue)

    def _call_next(self) -> None:
        if self._queue:
            heapq.heappop(self._queue)[2].called.set()
        else:
            self._free += 1


# The longer a recording, the longer its turn, from a tenth of a second to minutes. Each kind has a queue of its own,
# and only the shortest may take all cores: ten people who bring a minute each keep nobody waiting who says a sentence.
_BRIEF_UP_TO_S, _SHORT_UP_TO_S = 15.0, 60.0
_BRIEF = Turns(cores(), typical_s=0.3)
_SHORT = Turns(max(1, cores() - 1), typical_s=2.0, longest_wait_s=120.0)
_LONG = Turns(max(1, cores() // 2), typical_s=5.0, longest_wait_s=600.0)


def turns_for(duration_s: float) -> Turns:
    """The queue for a recording of that length."""
    if duration_s <= _BRIEF_UP_TO_S:
        return _BRIEF
    return _SHORT if duration_s <= _SHORT_UP_TO_S else _LONG
