"""The work shared out to processes of this machine."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait as wait_for

from ser_core.batch.outcome import row_of
from ser_core.batch.work import Row, Task, error_row, hear
from ser_core.errors import SerError
from ser_core.machine import cores, memory_limit_bytes

# A process with the largest committed model, and the decoding process that belongs to it.
_PROCESS_BYTES = 400 << 20
# So many files each process has waiting, so that none is ever idle.
_AHEAD = 2


def default_jobs() -> int:
    """As many processes as there are cores for this one, and memory."""
    memory_bytes = memory_limit_bytes()
    return cores() if memory_bytes is None else max(1, min(cores(), memory_bytes // _PROCESS_BYTES))


def answers(tasks: Iterable[Task], jobs: int, work: Callable[[Task], Row] | None = None) -> Iterator[tuple[Task, Row]]:
    """Each task with its row, in the order in which they are done. Raises ModelError when the model cannot be used.

    `work` is what a process does with a task, `hear` by default; another must be a function of a module.

    When a process dies, nobody knows of which file. The files that were under way are then heard one at a time, and the
    one whose process dies again is answered with an error.
    """
    work = work or hear
    waiting = deque(tasks)
    suspects: deque[Task] = deque()
    in_vain = 0
    while waiting or suspects:
        # Even if every file under way was one that kills.
        if in_vain > 1 + _AHEAD * jobs:
            raise SerError("The processes are killed as soon as they work. Is there memory for so many? Try --jobs 1.")
        in_vain += 1
        with _pool(jobs) as pool:
            while suspects:
                task = suspects.popleft()
                alone = pool.submit(work, task)
                if isinstance(alone.exception(), BrokenProcessPool):
                    yield task, error_row(task.shown, "The process that heard this file was killed twice: memory?")
                    break
                yield task, row_of(task, alone)
                in_vain = 0
            else:
                for each in _all(waiting, suspects, pool, jobs, work):
                    yield each
                    in_vain = 0


def in_order(done: Iterable[tuple[Task, Row]], tasks: Sequence[Task]) -> Iterator[tuple[Task, Row]]:
    """What `answers` gives of `tasks`, in their order: each as soon as all before it are there."""
    early: dict[int, Row] = {}
    place = {id(task): number for number, task in enumerate(tasks)}
    following = 0
    for task, row in done:
        early[place[id(task)]] = row
        while following in early:
            yield tasks[following], early.pop(following)
            following += 1


def _all(
    waiting: deque[Task], suspects: deque[Task], pool: ProcessPoolExecutor, jobs: int, work: Callable[[Task], Row]
) -> Iterator[tuple[Task, Row]]:
    """The rows of all that wait. When a process dies, what was under way is suspect, and nothing more is done."""
    running: dict[Future[Row], Task] = {}
    try:
        while waiting or running:
            while waiting and len(running) < _AHEAD * jobs:
                future = pool.submit(work, waiting[0])
                running[future] = waiting.popleft()
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                if isinstance(future.exception(), BrokenProcessPool):
                    suspects.extend(running.values())
                    return
                task = running.pop(future)
                yield task, row_of(task, future)
    except BrokenProcessPool:  # at a submission; that task still waits
        suspects.extend(running.values())


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    # Forked processes would inherit threads' locks; new ones load the model themselves, 0.4 s each.
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_start)
    others = set(active_children())
    try:
        yield pool
    except BaseException:
        # Ctrl-C, or somebody who wants no more rows: nothing that is under way is worth waiting for.
        pool.shutdown(wait=False, cancel_futures=True)
        for child in set(active_children()) - others:
            child.terminate()
        raise
    finally:
        pool.shutdown()


def _start() -> None:
    # In a terminal Ctrl-C reaches every process; this one then ends without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process of a pool would wait for work for ever once the one that gives it has been killed."""
    parent = parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
