"""Stands in for the hearing of files, in processes that import it by name."""

import os
import signal

from ser_core.batch.work import Row, Task
from ser_core.errors import ModelError


def by_name(task: Task) -> Row:
    """What the name says happens."""
    match task.name.partition("-")[0]:
        case "killer":
            os.kill(os.getpid(), signal.SIGKILL)
        case "bug":
            raise ValueError("no such thing")
        case "model":
            raise ModelError("The model is another one.")
    return {"file": task.shown, "process": os.getpid()}
