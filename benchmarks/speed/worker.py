"""A process that does one thing again and again when it is told to, and says how long each time took.

The product and its peers are measured in processes of this kind, each in its own environment: while one works, the
others wait for a line on their standard input and use no processor. Nothing but the standard library is needed here.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_WARM_UP = 3


@dataclass(frozen=True)
class Task:
    """What is measured.

    Attributes:
        run: one round of it, timed; is given what `prepare` gave.
        prepare: called before each round, not timed.
        facts: what else is to be told of it once, such as what it answers.
    """

    run: Callable[[Any], object]
    prepare: Callable[[], Any] = lambda: None
    facts: dict[str, Any] | None = None


def serve(tasks: dict[str, Callable[..., Task]]) -> None:
    """Be the worker for the task that the command line names, with its settings as JSON behind it."""
    name, settings = sys.argv[1], json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    # Libraries announce themselves on both; a reply is a line of its own.
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    task = tasks[name](**settings)
    for _ in range(_WARM_UP):
        task.run(task.prepare())
    gc.collect()
    gc.freeze()
    replies.write(json.dumps({"facts": task.facts or {}}) + "\n")
    for line in sys.stdin:
        seconds, aside_s = [], 0.0
        for _ in range(int(line)):
            before = time.process_time()
            given = task.prepare()
            aside_s += time.process_time() - before
            began = time.perf_counter()
            task.run(given)
            seconds.append(time.perf_counter() - began)
        replies.write(json.dumps({"seconds": seconds, "aside_s": aside_s}) + "\n")
