"""Work that goes on while the page stays alive: its progress can be read, and it can be ended, at any moment.

A session holds its job, and the thread that works holds it weakly: once the session is gone, or has let go of the job,
the thread finds nobody to tell, and ends.
"""

import math
import threading
import time
import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

from ser_core.errors import SerError
from ui.server.turns import Urgency, turns_for

Result = TypeVar("Result")
# Is told the share that is done, 0 to 1, and raises to end the work.
Tell = Callable[[float], None]


class _Ended(BaseException):
    """Nobody wants the result any more."""


class Job(Generic[Result]):
    """One piece of work.

    Attributes:
        result: what it came to, once it is done.
        error: why it came to nothing; ours, or a bug.
        share: how much is done, 0 to 1.
        is_cancelled: whether the person ended it.
    """

    def __init__(self, work: Callable[[Tell], Result]) -> None:
        self.result: Result | None = None
        self.error: BaseException | None = None
        self.share = 0.0
        self.is_cancelled = False
        self._began_s: float | None = None
        self._over = threading.Event()
        threading.Thread(target=_run, args=(weakref.ref(self), work), daemon=True).start()

    @property
    def is_over(self) -> bool:
        """Whether it is done, has failed or was cancelled."""
        return self.is_cancelled or self._over.is_set()

    @property
    def has_begun(self) -> bool:
        """Whether it is its turn."""
        return self._began_s is not None

    @property
    def left_s(self) -> float | None:
        """About how long it still takes, in seconds; None while that is unknown."""
        if self._began_s is None or self.share < 0.02:
            return None
        return (time.monotonic() - self._began_s) * (1 - self.share) / self.share

    def wait(self, timeout_s: float) -> bool:
        """Wait until it is over, for so long at most; whether it is."""
        return self._over.wait(timeout_s)

    def cancel(self) -> None:
        """End it. What it works on is let go of within a block of sound."""
        self.is_cancelled = True

    def begin(self) -> None:
        """It is its turn now."""
        self._began_s = time.monotonic()

    def finish(self, result: Result | None, error: BaseException | None) -> None:
        """Nothing follows."""
        if not self.is_cancelled:
            self.result, self.error = result, error
        self._over.set()


def _run(held: "weakref.ref[Job[Result]]", work: Callable[[Tell], Result]) -> None:
    def wanted() -> Job[Result]:
        job = held()
        if job is None or job.is_cancelled:
            raise _Ended
        return job

    def still_wanted() -> None:
        wanted()

    def tell(share: float) -> None:
        wanted().share = share

    result: Result | None = None
    failure: BaseException | None = None
    try:
        # It takes a core for as long as it lasts, as a long recording on any page.
        with turns_for(math.inf).turn(Urgency.ANSWER, lambda place: still_wanted()):
            wanted().begin()
            result = work(tell)
    except SerError as error:
        failure = error.anew()  # this one holds on to the sound, by its traceback
    except _Ended:
        pass
    except Exception as error:  # noqa: BLE001 (it is raised again where the page is drawn)
        failure = error
    job = held()
    if job is not None:
        job.finish(result, failure)
