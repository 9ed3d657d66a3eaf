"""A practice session: at which stage it is, and how it gets from one to the next.

    Recording --add--> Reviewing --next_take--> Recording, or Full after the last take that fits
    Recording, Reviewing, Full --begin_enrolment--> Enrolling --enrol, leave_enrolment--> Recording or Full
    Recording, Reviewing, Full --finish--> Finished --resume--> Recording or Full
    Finished --start_anew--> Recording

A move that the present stage does not know changes nothing: on a page a click may come twice.
"""

from dataclasses import dataclass
from datetime import datetime

from ser_core.adaptation.enrolment import Enrolment
from ser_core.errors import SerError
from ser_core.practice.take import Take, TakeResult
from ser_core.practice.task import Task

# Each holds its sound, at most 4 MB: a session stays within the memory of a small server.
MAX_TAKES = 20


@dataclass(frozen=True)
class Recording:
    """A task is chosen, and a take of it is to come."""


@dataclass(frozen=True)
class Enrolling:
    """The neutral voice is to come."""


@dataclass(frozen=True, eq=False)
class Reviewing:
    """A take has just been made, and this is its result."""

    result: TakeResult


@dataclass(frozen=True)
class Full:
    """No further take fits."""


@dataclass(frozen=True)
class Finished:
    """It is over since `ended_at`, and reported on."""

    ended_at: datetime


Stage = Recording | Enrolling | Reviewing | Full | Finished


class Session:
    """One person's practice, in memory alone. Read its attributes; change them by its methods.

    Attributes:
        number: which one of the person's visit it is, from 1: no two takes of a visit share their numbers.
        stage: what it waits for, or shows.
        task: what the next take is to be.
        takes: all takes, in the order in which they were made.
        problem: why the last recording could not be used; until the next move.
        enrolment: the person's neutral voice.
        enrolment_kept: whether it is kept with their profile.
    """

    def __init__(self) -> None:
        self.number = 1
        self.stage: Stage = Recording()
        self.task = Task()
        self.takes: tuple[Take, ...] = ()
        self.problem: SerError | None = None
        self.enrolment: Enrolment | None = None
        self.enrolment_kept = False

    @property
    def next_number(self) -> int:
        """The number of the take to come."""
        return len(self.takes) + 1

    def choose(self, task: Task) -> None:
        """Aim for something else from the next take on."""
        if isinstance(self.stage, Recording):
            self.task = task

    def add(self, result: TakeResult) -> None:
        """Take in a take that has just been made."""
        if isinstance(self.stage, Recording):
            self.takes = (*self.takes, result.take)
            self._enter(Reviewing(result))

    def refuse(self, problem: SerError) -> None:
        """Remember why something could not be done, until the next move."""
        # Its traceback would hold on to the sound.
        problem.__traceback__ = problem.__context__ = problem.__cause__ = None
        self.problem = problem

    def next_take(self) -> None:
        """Make room for the next take."""
        if isinstance(self.stage, Reviewing):
            self._enter_recording()

    def begin_enrolment(self) -> None:
        """Wait for the neutral voice."""
        if not isinstance(self.stage, Finished):
            self._enter(Enrolling())

    def leave_enrolment(self) -> None:
        """Go on without a neutral voice, or with the one that is known."""
        if isinstance(self.stage, Enrolling):
            self._enter_recording()

    def enrol(self, enrolment: Enrolment) -> None:
        """Take in the neutral voice that was waited for."""
        if isinstance(self.stage, Enrolling):
            self.recall(enrolment, kept=False)
            self._enter_recording()

    def recall(self, enrolment: Enrolment | None, *, kept: bool) -> None:
        """See takes from now on relative to this neutral voice, or to none; `kept` with the profile or not."""
        self.enrolment = enrolment
        self.enrolment_kept = kept and enrolment is not None

    def finish(self, now: datetime) -> None:
        """End it, once there is a take to look back on."""
        if self.takes and isinstance(self.stage, Recording | Reviewing | Full):
            self._enter(Finished(now))

    def resume(self) -> None:
        """Go on after all."""
        if isinstance(self.stage, Finished):
            self._enter_recording()

    def start_anew(self) -> None:
        """Forget all takes and begin another session; the task and the neutral voice stay."""
        if isinstance(self.stage, Finished):
            self.number += 1
            self.takes = ()
            self._enter_recording()

    def _enter_recording(self) -> None:
        self._enter(Full() if len(self.takes) >= MAX_TAKES else Recording())

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        self.problem = None
