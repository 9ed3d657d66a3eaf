"""The pool of decoding processes: started when needed, watched, replaced, and ended when idle.

There are at most two, and each performs one step of one recording at a time, for whichever thread asks. So a long
recording never keeps a short one waiting for more than a step, and any number of recordings may be left half read.
"""

import atexit
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ser_core.audio.sandbox import wire
from ser_core.audio.sandbox.wire import Wire
from ser_core.errors import AudioError
from ser_core.language import N_

# How long a worker may be silent. Its processor time for a step is far shorter, after which the kernel ends it; this is
# for a worker that has been stopped, or a machine so busy that the worker gets no processor at all.
SILENT_S = 60.0
# A worker takes 35 MB: worth keeping between two recordings of a session, not for the rest of the day.
IDLE_S = 60.0
WORKERS = 2
WORKER_MODULE = "ser_core.audio.sandbox.worker"

_TOO_BUSY = N_("The machine is too busy to decode the recording. Try it again later.")

# What Python and the libraries need to be found and to work; it contains no secret of the app.
_PASSED_ON = (
    *("PATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV"),
    *("HOME", "TMPDIR", "LANG", "LC_ALL"),
)
_KEPT_SMALL = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}


class Worker:
    """A decoding process and the connection to it.

    Raises AudioError when the machine is too busy to start it or has no memory for it, and RuntimeError when it cannot
    be started.
    """

    def __init__(self, module: str, silent_s: float) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(max(silent_s, SILENT_S))
        self.wire = Wire(ours)
        with theirs:
            # `-P` and a module of our own: the caller's __main__ and its folder are not involved. `-S`: what `site`
            # finds, in 16 ms of processor time, stands in the caller's path already.
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-S", "-m", module],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(),
            )
        try:
            self.wire.receive()
        except TimeoutError:
            self.end()
            raise AudioError(_TOO_BUSY) from None
        except OSError as error:
            status = self.end(patience_s=1)
            # So the kernel ends a process when memory is short.
            if status == -signal.SIGKILL:
                raise AudioError(_TOO_BUSY) from None
            raise RuntimeError(f"The decoding process did not start: status {status}, see standard error.") from error
        ours.settimeout(silent_s)

    def alive(self) -> bool:
        """Whether the process is running."""
        return self.process.poll() is None

    def end(self, *, patience_s: float = 0) -> int:
        """End the process after waiting for it to end by itself; returns its exit status."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience_s)
        self.process.kill()
        self.wire.socket.close()
        return self.process.wait()

    def forget(self) -> None:
        """Release the process, which belongs to the process from which this one was forked."""
        self.wire.socket.close()
        self.process.returncode = 0


def _environment() -> dict[str, str]:
    project = str(Path(__file__).resolve().parents[3])
    paths = [path or os.getcwd() for path in sys.path]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return environment | _KEPT_SMALL | {"PYTHONPATH": os.pathsep.join(dict.fromkeys([project, *paths]))}


class Slot:
    """A place for one worker. Talking to the worker requires the lock."""

    def __init__(self, module: str, silent_s: float) -> None:
        self.lock = threading.Lock()
        self.users = 0
        self.worker: Worker | None = None
        self.used_s = 0.0
        self.streams: set[int] = set()
        # Recordings that nobody reads any further. The garbage collector may close a generator at any moment, so this
        # must not need the lock; the worker is told before the next request.
        self.abandoned: deque[int] = deque()
        self._module, self._silent_s = module, silent_s

    def ready(self) -> Worker:
        """The worker, which is started if necessary."""
        if self.worker is not None and not self.worker.alive():
            self.drop()
        if self.worker is None:
            self.worker = Worker(self._module, self._silent_s)
        self.used_s = time.monotonic()
        return self.worker

    def drop(self, *, patience_s: float = 0) -> int:
        """End the worker and everything it was reading; returns its exit status."""
        worker, self.worker = self.worker, None
        self.streams.clear()
        self.abandoned.clear()
        return 0 if worker is None else worker.end(patience_s=patience_s)

    def say_abandoned(self, worker: Worker) -> None:
        """Tell the worker which recordings nobody reads any further."""
        while self.abandoned:
            number = self.abandoned.popleft()
            self.streams.discard(number)
            worker.wire.send(wire.CLOSE, wire.STREAM_FORMAT.pack(number))

    def idle(self, idle_s: float) -> bool:
        """Whether the worker has been idle for this long."""
        return self.streams <= set(self.abandoned) and self.used_s + idle_s <= time.monotonic()


class Pool:
    """All decoding processes of this process."""

    def __init__(self, *, module: str = WORKER_MODULE, silent_s: float = SILENT_S, idle_s: float = IDLE_S) -> None:
        self._module, self._silent_s, self._idle_s = module, silent_s, idle_s
        self._numbers = itertools.count()
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._reaper: threading.Thread | None = None
        self.slots = [Slot(self._module, self._silent_s) for _ in range(WORKERS)]

    def new_number(self) -> int:
        """A unique number for a stream."""
        return next(self._numbers)

    @contextmanager
    def hold(self, slot: Slot | None = None) -> Iterator[Slot]:
        """The given slot, or the least busy one, with its lock held."""
        with self._lock:
            slot = slot or min(self.slots, key=lambda slot: slot.users)
            slot.users += 1
        try:
            with slot.lock:
                yield slot
        finally:
            with self._lock:
                slot.users -= 1
                if self._reaper is None and slot.worker is not None:
                    self._reaper = threading.Thread(target=self._reap, name="audio-workers", daemon=True)
                    self._reaper.start()

    def _reap(self) -> None:
        """End workers that have been idle for a long time, and stop after the last of them."""
        while True:
            time.sleep(self._idle_s / 4)
            for slot in self.slots:
                if slot.lock.acquire(blocking=False):
                    try:
                        if slot.worker is not None and slot.idle(self._idle_s):
                            slot.drop()
                    finally:
                        slot.lock.release()
            with self._lock:
                if not any(slot.worker or slot.users for slot in self.slots):
                    self._reaper = None
                    return

    def close(self) -> None:
        """End all workers, whatever they are doing, when the program ends."""
        for slot in self.slots:
            if slot.worker is not None:
                slot.worker.end()

    def forget(self) -> None:
        """Start again in a forked process. The workers belong to the process from which it was forked."""
        for slot in self.slots:
            if slot.worker is not None:
                slot.worker.forget()
        self._reset()


POOL = Pool()
atexit.register(POOL.close)
os.register_at_fork(after_in_child=POOL.forget)
