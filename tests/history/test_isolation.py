"""Nobody sees another's takes: any sequence of steps by several people, against a model of it."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ser_core.errors import HistoryError
from ser_core.history import new_token, token_owner
from ser_core.history.cleaning import to_flac
from ser_core.history.store import History
from tests.history.conftest import a_practice, a_report, noise

PEOPLE = 3
people = st.integers(0, PEOPLE - 1)
START = datetime(2026, 3, 1, tzinfo=UTC)


class Isolation(RuleBasedStateMachine):
    def __init__(self, history: History) -> None:
        super().__init__()
        self.history = history
        self.step = 0

    @initialize()
    def arrive(self) -> None:
        self.owners = [token_owner(new_token()) for _ in range(PEOPLE)]
        self.profiles = [self.history.open_profile(owner) for owner in self.owners]
        self.kept: list[dict[int, bytes | None]] = [{} for _ in range(PEOPLE)]
        self.ever: list[int] = []

    @rule(person=people, audio=st.booleans())
    def save(self, person: int, audio: bool) -> None:
        self.step += 1
        clip = noise(0.01, self.step) if audio else None
        take = a_practice(report=a_report(file=f"{person}.wav"), audio=clip)
        moment = START + timedelta(minutes=self.step)
        number = self.history.save_take(self.profiles[person], take, now=moment)
        self.kept[person][number] = None if clip is None else to_flac(clip)
        self.ever.append(number)

    @rule(person=people, place=st.integers(0, 30))
    def reach_for_any_take(self, person: int, place: int) -> None:
        if self.ever:
            number = self.ever[place % len(self.ever)]
            details = self.history.details(self.profiles[person], number)
            assert (details is not None) == (number in self.kept[person])
            assert self.history.audio(self.profiles[person], number) == self.kept[person].get(number)

    @rule(person=people, place=st.integers(0, 30))
    def delete_any_take(self, person: int, place: int) -> None:
        if self.ever:
            number = self.ever[place % len(self.ever)]
            self.history.delete_take(self.profiles[person], number)
            self.kept[person].pop(number, None)

    @rule(person=people)
    def delete_profile_and_come_back(self, person: int) -> None:
        old = self.profiles[person]
        self.history.delete_profile(old)
        self.kept[person].clear()
        self.profiles[person] = self.history.open_profile(self.owners[person])
        assert self.profiles[person] != old
        assert self.history.takes(old) == ()
        try:
            self.history.save_take(old, a_practice())
        except HistoryError:
            return
        raise AssertionError("A take was saved in a profile that is gone.")

    @rule(person=people)
    def export(self, person: int) -> None:
        data = b"".join(self.history.export(self.profiles[person]))
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            assert [entry["id"] for entry in json.loads(file.read("takes.json"))] == list(self.kept[person])
            audio = {n: flac for n, flac in self.kept[person].items() if flac is not None}
            assert {name for name in file.namelist() if name.startswith("audio/")} == {
                f"audio/{number}.flac" for number in audio
            }

    @invariant()
    def everybody_sees_their_own(self) -> None:
        for person, profile in enumerate(getattr(self, "profiles", ())):
            takes = self.history.takes(profile, limit=1000)
            assert [take.id for take in takes] == list(self.kept[person])[::-1]
            assert {take.file for take in takes} <= {f"{person}.wav"}
            assert self.history.count(profile) == len(takes)
            points = self.history.progress(profile).by_emotion
            assert sum(point.takes for point in points) == len(takes)


def test_nobody_sees_anothers_takes(history: History) -> None:
    run_state_machine_as_test(
        lambda: Isolation(history),
        settings=hypothesis_settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
