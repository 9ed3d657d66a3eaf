"""A voice is sent while it speaks: heard in order, answered in turn, and left out where the turn comes late."""

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ser_core.records import Clip
from ui.server.inbox import route
from ui.server.live import MOST_AT_ONCE_S, RATE_HZ, LiveLine
from ui.server.turns import Turns, Urgency

HALF = np.full(RATE_HZ // 2, 1000, "<i2").tobytes()


class Counting:
    """Hears, and is due with each whole second."""

    def __init__(self) -> None:
        self.samples = self.skipped = self.answered = 0
        self.last: Clip | None = None

    def add(self, block: Clip) -> None:
        self.samples += len(block.samples)
        self.last = block

    def skip(self, samples: int) -> None:
        self.skipped += samples

    @property
    def is_due(self) -> bool:
        return (self.samples + self.skipped) // RATE_HZ > self.answered

    def answer(self) -> dict[str, int]:
        self.answered = (self.samples + self.skipped) // RATE_HZ
        return {"second": self.answered}


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[route()])) as client:
        yield client


def line(hearing: Counting, turns: Turns | None = None) -> LiveLine:
    return LiveLine("session", hearing, hearing.answer, turns or Turns(1, 0.1))


def test_half_seconds_are_heard_and_each_second_is_answered(client: TestClient) -> None:
    hearing = Counting()
    place = line(hearing)
    answers = [client.put(f"{place.path}?from={n * RATE_HZ // 2}", content=HALF).json() for n in range(4)]
    assert answers == [None, {"second": 1}, None, {"second": 2}]
    assert hearing.last is not None
    assert hearing.last.samples == pytest.approx(1000 / 32_768)
    assert hearing.last.rate_hz == RATE_HZ


def test_what_was_lost_is_skipped_and_what_comes_twice_is_heard_once(client: TestClient) -> None:
    hearing = Counting()
    place = line(hearing)
    client.put(f"{place.path}?from=0", content=HALF)
    client.put(f"{place.path}?from={RATE_HZ * 5}", content=HALF)
    assert (hearing.samples, hearing.skipped) == (RATE_HZ, RATE_HZ * 4 + RATE_HZ // 2)
    client.put(f"{place.path}?from={RATE_HZ * 5}", content=HALF + HALF)
    assert hearing.samples == RATE_HZ * 3 // 2


@pytest.mark.parametrize(
    "query, content, status",
    [
        ("", HALF, 422),
        ("from=-1", HALF, 422),
        ("from=12345678901", HALF, 422),
        ("from=0", HALF[:-1], 422),
        ("from=0", bytes(2 * RATE_HZ * MOST_AT_ONCE_S + 2), 413),
    ],
)
def test_what_no_recorder_sends_is_refused(client: TestClient, query: str, content: bytes, status: int) -> None:
    hearing = Counting()
    place = line(hearing)
    assert client.put(f"{place.path}?{query}", content=content).status_code == status
    assert hearing.samples == 0


def test_an_answer_whose_turn_comes_late_is_left_out_and_the_next_is_given(client: TestClient) -> None:
    turns = Turns(1, 0.1, look_up_s=0.01)
    hearing = Counting()
    place = line(hearing, turns)
    with turns.turn(Urgency.ANSWER, lambda place: None):
        assert client.put(f"{place.path}?from=0", content=HALF + HALF).json() == {"kind": "late"}
    assert client.put(f"{place.path}?from={RATE_HZ}", content=HALF + HALF).json() == {"second": 2}


def test_many_who_speak_at_once_have_equal_shares_and_a_recording_comes_before_all_of_them(client: TestClient) -> None:
    turns = Turns(1, 0.005)
    until = time.monotonic() + 0.8
    counts: list[int] = []

    def speak() -> None:
        hearing = Counting()

        def answer() -> dict[str, int]:
            time.sleep(0.005)
            return hearing.answer()

        place = LiveLine("session", hearing, answer, turns)
        first = 0
        while time.monotonic() < until:
            place._hear(HALF + HALF, first)
            first += RATE_HZ
        counts.append(hearing.answered)

    visitors = [threading.Thread(target=speak) for _ in range(6)]
    for visitor in visitors:
        visitor.start()
    before: list[int] = []
    with turns.turn(Urgency.ANSWER, lambda place: before.append(place.before)):
        pass
    for visitor in visitors:
        visitor.join(20)
    assert set(before) <= {0}
    assert min(counts) >= 3
    assert max(counts) <= 1.5 * min(counts) + 2
