"""Runs contestants in turn, A B A B, all on one core, for as long as there is time."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.processes import PROJECT, Ran, last_core, processor_time_s, run, start
from benchmarks.speed.limits import Machine
from benchmarks.speed.records import Figure, Limit, Row, figure, with_ratios

# Libraries that use several threads are told of the one core; the product finds out by itself.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1"
)
# The product's own modules are compiled once, as those of all that is installed are.
_ENVIRONMENT = {
    **_ONE_THREAD,
    "PYTHONDONTWRITEBYTECODE": "",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "PYTHONPATH": str(PROJECT),
}
# A turn is so long that looking at the clock costs nothing.
_TURN_S = 0.15
_MOST_A_TURN = 50
_LEAST_ROUNDS = 3


@dataclass(frozen=True)
class Contestant:
    """Somebody who is measured by a worker process.

    Attributes:
        who: the name in the table.
        task: what its worker does.
        settings: how.
        peer: whether it runs in the peers' environment.
        limit: what it cannot go below, in seconds.
    """

    who: str
    task: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    peer: bool = False
    limit: Limit | None = None


@dataclass
class Bench:
    """Where, how often and how long is measured.

    Attributes:
        scratch: a folder for files, deleted at the end.
        peers: the Python of the peers' environment; None leaves them out.
        rounds: how many rounds are wanted.
        core: the core that everybody who is measured is kept on; None leaves them all.
        tiny: whether it is only tried out whether everything runs.
        machine: what the core can do at most.
    """

    scratch: Path
    peers: Path | None
    rounds: int = 15
    core: int | None = field(default_factory=last_core)
    tiny: bool = False
    machine: Machine = field(default_factory=Machine)

    def interleaved(
        self, what: str, contestants: Sequence[Contestant], *, unit: str = "ms", at_most_s: float = 60.0
    ) -> Row:
        """Has all contestants do their task in turn, round by round, for about `at_most_s` after they have started."""
        scale = {"ms": 1e3, "s": 1.0}[unit]
        taking_part = [each for each in contestants if not each.peer or self.peers]
        with ExitStack() as stack:
            workers = [stack.enter_context(self.worker(each)) for each in taking_part]
            turns = [max(1, min(_MOST_A_TURN, int(_TURN_S / worker.once()))) for worker in workers]
            seconds: list[list[list[float]]] = [[] for _ in workers]
            cpu_s = [0.0] * len(workers)
            for _ in self.rounds_within(at_most_s):
                for number, worker in enumerate(workers):
                    took, cpu = worker.turn(1 if self.tiny else turns[number])
                    seconds[number].append(took)
                    cpu_s[number] += cpu
        figures: list[Figure] = []
        for each, worker, rounds, cpu in zip(taking_part, workers, seconds, cpu_s, strict=True):
            values = [value for turn in rounds for value in turn]
            limit = each.limit and Limit(each.limit.value * scale, each.limit.of)
            figures.append(
                figure(each.who, values, scale=scale, cpu=cpu / len(values), limit=limit, notes=worker.facts)
            )
        middles = [[sorted(turn)[len(turn) // 2] for turn in rounds] for rounds in seconds]
        return Row(what, unit, with_ratios(figures, middles))

    def commands(
        self,
        what: str,
        commands: Mapping[str, Sequence[str]],
        *,
        unit: str = "s",
        at_most_s: float = 60.0,
        limits: Mapping[str, Limit] = {},
        notes: Callable[[Ran], dict[str, Any]] = lambda ran: {},
        at_least: int = _LEAST_ROUNDS,
    ) -> Row:
        """Has whole processes run in turn; their memory stands in the notes, and what `notes` reads of a run."""
        scale = {"ms": 1e3, "s": 1.0}[unit]
        ran: dict[str, list[Ran]] = {who: [] for who in commands}
        for _ in self.rounds_within(at_most_s, at_least):
            for who, command in commands.items():
                ran[who].append(run(command, core=self.core, env=_ENVIRONMENT))
        figures = [
            figure(
                who,
                [each.wall_s for each in runs],
                scale=scale,
                cpu=sum(each.cpu_s for each in runs) / len(runs),
                limit=limits.get(who),
                notes={"peak_mb": round(max(each.peak_mb for each in runs)), **notes(runs[-1])},
            )
            for who, runs in ran.items()
        ]
        return Row(what, unit, with_ratios(figures, [[each.wall_s for each in runs] for runs in ran.values()]))

    def rounds_within(
        self, at_most_s: float, at_least: int = _LEAST_ROUNDS, at_most: int | None = None
    ) -> Iterator[int]:
        """Numbers of rounds until there are enough, or no time is left for another one."""
        began = time.monotonic()
        for number in range(2 if self.tiny else at_most or self.rounds):
            taken_s = time.monotonic() - began
            if number >= at_least and taken_s * (number + 1) / number > at_most_s:
                return
            yield number

    @contextmanager
    def worker(self, contestant: Contestant) -> Iterator["_Worker"]:
        python = str(self.peers) if contestant.peer else sys.executable
        module = "benchmarks.speed.peers" if contestant.peer else "benchmarks.speed.product"
        process = start(
            [python, "-m", module, contestant.task, json.dumps(contestant.settings)],
            core=self.core,
            env=os.environ | _ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if not os.environ.get("BENCH_VERBOSE") else None,
        )
        try:
            yield _Worker(contestant.who, process)
        finally:
            process.kill()
            process.communicate()

    @property
    def environment(self) -> dict[str, str]:
        """What everybody who is measured has in its environment."""
        return _ENVIRONMENT


class _Worker:
    """A worker from the outside; see `benchmarks.speed.worker`."""

    def __init__(self, who: str, process: "subprocess.Popen[bytes]") -> None:
        self._who, self._process = who, process
        self.facts: dict[str, Any] = self._reply()["facts"]

    def once(self) -> float:
        """The seconds of one round."""
        return self.turn(1)[0][0]

    def turn(self, times: int) -> tuple[list[float], float]:
        """The seconds of each of so many rounds, and of processor for all of them."""
        before_s = processor_time_s(self._process.pid)
        self._process.stdin.write(f"{times}\n".encode())
        self._process.stdin.flush()
        reply = self._reply()
        # What the kernel counts comes in hundredths of a second.
        cpu_s = processor_time_s(self._process.pid) - before_s - reply["aside_s"]
        return reply["seconds"], max(0.0, cpu_s)

    def _reply(self) -> Any:
        line = self._process.stdout.readline()
        if not line:
            errors = self._process.stderr.read().decode(errors="replace") if self._process.stderr else ""
            raise RuntimeError(f"{self._who} ended: {errors[-1500:]}")
        return json.loads(line)
