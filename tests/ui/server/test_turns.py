import threading
import time
from collections.abc import Callable

import pytest

from ui.server.turns import BusyError, Place, Turns, Urgency


class Visitor(threading.Thread):
    """Somebody who waits for a turn, and then keeps it until told to go."""

    def __init__(self, turns: Turns, came: list[str], name: str, urgency: Urgency = Urgency.ANSWER) -> None:
        super().__init__(daemon=True)
        self.turns, self.came, self.name, self.urgency = turns, came, name, urgency
        self.places: list[Place] = []
        self.go, self.leave = threading.Event(), threading.Event()
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            with self.turns.turn(self.urgency, self._see):
                self.came.append(self.name)
                self.go.wait(20)
        except (BusyError, InterruptedError) as error:
            self.error = error

    def _see(self, place: Place) -> None:
        self.places.append(place)
        if self.leave.is_set():
            raise InterruptedError


def until(there: Callable[[], object]) -> None:
    limit = time.monotonic() + 20
    while not there():
        assert time.monotonic() < limit
        time.sleep(0.002)


def queue(at_once: int = 1, **options: float) -> Turns:
    return Turns(at_once, typical_s=2.0, look_up_s=0.01, **options)


def test_who_speaks_live_comes_after_all_others() -> None:
    turns, came = queue(), []
    first = Visitor(turns, came, "a")
    until(lambda: came)
    later = []
    for name, urgency in (("l", Urgency.LIVE), ("p", Urgency.PICTURES), ("b", Urgency.ANSWER)):
        later.append(Visitor(turns, came, name, urgency))
        until(lambda: later[-1].places)
    for visitor in (first, *reversed(later)):
        visitor.go.set()
    for visitor in (first, *later):
        visitor.join(20)
    assert came == ["a", "b", "p", "l"]


def test_so_many_at_once_then_in_order_answers_before_pictures() -> None:
    turns, came = queue(at_once=2), []
    first = [Visitor(turns, came, name) for name in "ab"]
    until(lambda: len(came) == 2)
    later = []
    for name, urgency in (("p", Urgency.PICTURES), ("c", Urgency.ANSWER), ("d", Urgency.ANSWER)):
        later.append(Visitor(turns, came, name, urgency))
        until(lambda: later[-1].places)
    until(lambda: later[0].places[-1].before == 2)  # the others came later, but are more urgent
    assert later[0].places[-1] == Place(2, 3.0)  # three turns of two seconds, two at a time
    assert later[2].places[-1].before == 1
    for number, visitor in enumerate([*first, *(later[n] for n in (1, 2, 0))]):
        visitor.go.set()
        visitor.join(20)
        until(lambda number=number: len(came) == min(5, number + 3))
    assert came[2:] == ["c", "d", "p"]


def test_who_leaves_gives_the_place_up() -> None:
    turns, came = queue(), []
    first = Visitor(turns, came, "a")
    until(lambda: came)
    second, third = Visitor(turns, came, "b"), None
    until(lambda: second.places)
    third = Visitor(turns, came, "c")
    until(lambda: third.places and third.places[-1].before == 1)
    second.leave.set()
    second.join(20)
    until(lambda: third.places[-1].before == 0)
    first.go.set()
    third.go.set()
    third.join(20)
    assert came == ["a", "c"]
    with turns.turn(Urgency.ANSWER, lambda place: None):
        pass


def test_an_error_ends_the_turn() -> None:
    turns = queue()
    with pytest.raises(ZeroDivisionError), turns.turn(Urgency.ANSWER, lambda place: None):
        raise ZeroDivisionError
    with turns.turn(Urgency.ANSWER, lambda place: None):
        pass


@pytest.mark.parametrize("options", [{"longest_wait_s": 3.0}, {"most_waiting": 1}])
def test_a_queue_that_is_too_long_is_refused_with_the_time_it_would_take(options: dict[str, float]) -> None:
    turns, came = queue(**options), []
    first = Visitor(turns, came, "a")
    until(lambda: came)
    second = Visitor(turns, came, "b")
    until(lambda: second.places)
    with pytest.raises(BusyError, match=r"about 4 seconds.*still here"), turns.turn(Urgency.ANSWER, lambda place: None):
        pass
    for visitor in (first, second):
        visitor.go.set()
        visitor.join(20)


def test_it_learns_how_long_a_turn_takes() -> None:
    turns = queue()
    for _ in range(40):
        with turns.turn(Urgency.ANSWER, lambda place: None):
            pass
    assert turns._wait_s(0) < 0.1
