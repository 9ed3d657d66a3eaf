"""The work shared out to a Dask cluster that somebody else runs."""

import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ser_core.batch.outcome import row_of
from ser_core.batch.work import Asked, Row, Task, error_row, hear, recogniser_for
from ser_core.errors import SerError

_PATIENCE_S = 15
# So many files each thread of the cluster has waiting: more than here, since they travel.
_AHEAD = 4


def answers(tasks: Iterable[Task], asked: Asked, address: str) -> Iterator[tuple[Task, Row]]:
    """Each task with its row, in the order in which they are done.

    When a worker dies, the scheduler gives its files to another; a file whose workers die again and again is answered
    with an error. Raises SerError when there is no cluster, or one that cannot do this work.
    """
    distributed = _distributed()
    with _client(distributed, address) as client:
        _check_workers(client, asked)
        left = iter(tasks)
        running = distributed.as_completed()
        under_way: dict[Any, Task] = {}

        def submit() -> None:
            task = next(left, None)
            if task is not None:
                future = client.submit(hear, task, pure=False)
                under_way[future.key] = task
                running.add(future)

        for _ in range(_AHEAD * max(1, sum(client.ncores().values()))):
            submit()
        for future in running:
            task = under_way.pop(future.key)
            submit()
            yield task, _row_of(distributed, task, future)


def _row_of(distributed: Any, task: Task, future: Any) -> Row:
    if future.status == "cancelled":
        raise SerError("The cluster has lost the work: its scheduler was restarted. The same command goes on.")
    if isinstance(future.exception(), distributed.KilledWorker):
        return error_row(task.shown, "The workers that heard this file were killed one after the other: memory?")
    return row_of(task, future)


def _distributed() -> Any:
    try:
        return importlib.import_module("distributed")
    except ModuleNotFoundError:
        raise SerError("--dask needs the package distributed: pip install -r requirements-batch.txt.") from None


@contextmanager
def _client(distributed: Any, address: str) -> Iterator[Any]:
    try:
        client = distributed.Client(address, timeout=_PATIENCE_S)
    except (OSError, ValueError) as error:
        raise SerError(f"No Dask scheduler answers at {address}: {error}. Start one with `dask scheduler`.") from None
    try:
        yield client
    finally:
        client.close(timeout=_PATIENCE_S)


def _check_workers(client: Any, asked: Asked) -> None:
    """Raises SerError unless there are workers, and all have this program and this model."""
    found = client.run(_ready, asked, on_error="return")
    if not found:
        raise SerError("The cluster has no workers. Start some with `dask worker`.")
    for worker, problem in found.items():
        if problem is not None:
            raise SerError(f"The worker {worker} cannot do this work: {type(problem).__name__}: {problem}")


def _ready(asked: Asked) -> None:
    recogniser_for(asked)
