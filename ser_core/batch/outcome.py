"""What became of a task somewhere else."""

from typing import Any, Protocol

from ser_core.batch.work import Row, Task, error_row
from ser_core.errors import SerError


class Done(Protocol):
    """A future that is done."""

    def result(self) -> Any: ...  # noqa: D102 (the standard library's)

    def exception(self) -> BaseException | None: ...  # noqa: D102


def row_of(task: Task, done: Done) -> Row:
    """The row. Raises what concerns every file, such as ModelError; what a bug raised for one file is its row."""
    error = done.exception()
    if error is None:
        return dict(done.result())
    if isinstance(error, SerError) or not isinstance(error, Exception):
        raise error
    reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return error_row(task.shown, f"The program failed on this file, which is a bug of its own ({reason}).")
