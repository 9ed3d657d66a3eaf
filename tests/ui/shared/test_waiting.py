import threading

import pytest
from streamlit.testing.v1 import AppTest

from ui.server.turns import Place, Turns, Urgency
from ui.shared import waiting
from ui.shared.waiting import in_words


@pytest.mark.parametrize(
    "place, words",
    [
        (Place(0, 0.3), "Yours is next."),
        (Place(1, 0.2), "Other recordings come first: 1 before yours, about 1 s."),
        (Place(12, 33.4), "Other recordings come first: 12 before yours, about 33 s."),
    ],
)
def test_a_place_is_told_with_the_time_it_takes(place: Place, words: str) -> None:
    assert in_words(place) == words


def test_the_page_shows_the_place_until_it_is_ones_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(1, typical_s=2.0, look_up_s=0.02)
    told: list[str] = []
    here, done = threading.Event(), threading.Event()

    def occupy() -> None:
        with turns.turn(Urgency.ANSWER, lambda place: None):
            here.set()
            done.wait(20)

    occupant = threading.Thread(target=occupy)
    occupant.start()
    here.wait(20)

    def show(text: str) -> None:
        told.append(text)
        done.set()

    with waiting.for_turn(turns, show=show):
        pass
    occupant.join(20)
    assert told
    assert set(told) == {"Yours is next."}


def test_a_queue_that_is_too_long_is_told_with_a_way_to_ask_again() -> None:
    page = AppTest.from_string(
        """
from ui.server.turns import BusyError
from ui.shared.errors import told_kindly
with told_kindly():
    raise BusyError("Many people are here.")
"""
    ).run()
    assert [each.value for each in page.error] == ["Many people are here\\."]
    assert [each.label for each in page.button] == ["Try again"]
