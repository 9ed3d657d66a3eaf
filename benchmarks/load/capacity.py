"""Machines and cost by visits a day: arithmetic from what one visitor was measured to cost (`make bench`)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.speed.subjects import visitors

STEPS = (1, 100, 1_000, 10_000, 100_000, 1_000_000)

# Assumed, not measured: how people behave.
CLIPS_A_VISIT = 3  # of 5 s
FIRST_VISITS = 0.5  # on later visits the browser already has the scripts
BUSIEST_HOUR = 0.10  # of a day's visits
PAGE_OPEN_MIN = 10
# How busy a processor may be in the busiest hour without answers having to queue.
BUSY = 0.6
# The share of a processor that a t2.micro may use on average, according to AWS's description of its credits.
T2_MICRO_SHARE = 0.10
DAYS_A_MONTH = 365 / 12

# Dollars, N. Virginia; the monthly totals are those of docs/aws.md, which names their sources and date.
ONE_MACHINE = 13.50
SEVERAL_MACHINES = 85.46  # two of them, with load balancer and database
FURTHER_MACHINE = 20.11
BALANCER_GB = 0.008
# (up to this many GB a month, dollars per GB)
OUT_OF_AWS = ((100, 0.0), (10_000, 0.09), (50_000, 0.085), (150_000, 0.07), (math.inf, 0.05))


@dataclass(frozen=True)
class Act:
    """What something that a visitor does costs.

    Attributes:
        cpu_s: processor time of the server and its decoders.
        sent_kb: what is sent over the page's connection.
    """

    cpu_s: float
    sent_kb: float


@dataclass(frozen=True)
class Measured:
    """What was measured of visitors: the subject "visitor" of the suite.

    Attributes:
        acts: cost of each thing that a visitor does, by its name.
        values: all values by what they are.
    """

    acts: dict[str, Act]
    values: dict[str, float]

    @classmethod
    def of(cls, results: Mapping[str, Any]) -> "Measured":
        """What stands in the results."""
        values = {row["what"]: float(row["figures"][0]["median"]) for row in results["visitor"]["rows"]}
        acts = {
            act: Act(values[f"{act}: {visitors.PROCESSOR}"], values[f"{act}: {visitors.SENT}"])
            for act in (visitors.OPEN, visitors.CLIP, visitors.MINUTE, visitors.HOUR)
            if f"{act}: {visitors.PROCESSOR}" in values
        }
        return cls(acts, values)

    @property
    def visit(self) -> Act:
        """A whole visit, without the scripts."""
        opened, clip = self.acts[visitors.OPEN], self.acts[visitors.CLIP]
        return Act(opened.cpu_s + CLIPS_A_VISIT * clip.cpu_s, opened.sent_kb + CLIPS_A_VISIT * clip.sent_kb)

    def first_visit_mb(self, alone: bool) -> float:
        """The scripts: Caddy compresses them, which stands in front of a single machine; the load balancer does not."""
        direct = self.values[visitors.FIRST_VISIT]
        return self.values.get(visitors.FIRST_VISIT_CADDY, direct) if alone else direct


@dataclass(frozen=True)
class Step:
    """What a number of visits a day takes.

    Attributes:
        processors: processors busy in the busiest hour.
        pages: pages open at once in that hour.
        memory_mb: memory that the app needs for them, on all machines together.
        machines: number of machines; a single one is a t2.micro, several are t3.small behind a load balancer.
        sent_gb: traffic in a month.
        dollars_machines: cost of machines a month, with load balancer and database.
        dollars_network: cost of traffic a month.
    """

    visits: int
    processors: float
    pages: float
    memory_mb: float
    machines: int
    sent_gb: float
    dollars_machines: float
    dollars_network: float


def step(visits: int, measured: Measured) -> Step:
    """What it takes to serve `visits` a day."""
    cpu_s = measured.visit.cpu_s
    busiest = visits * BUSIEST_HOUR
    processors = busiest * cpu_s / 3600
    pages = busiest * PAGE_OPEN_MIN / 60
    # A replica is one Python process and does the work of about one processor.
    replicas = max(1, math.ceil(processors / BUSY))
    alone = replicas == 1 and visits * cpu_s / 86_400 <= T2_MICRO_SHARE
    machines = 1 if alone else max(2, replicas)
    each_mb = FIRST_VISITS * measured.first_visit_mb(alone) + measured.visit.sent_kb / 1e3
    sent_gb = visits * DAYS_A_MONTH * each_mb / 1e3
    return Step(
        visits,
        processors,
        pages,
        machines * measured.values[visitors.START_MB] + pages * measured.values[visitors.HELD_MB],
        machines,
        sent_gb,
        ONE_MACHINE if alone else SEVERAL_MACHINES + (machines - 2) * FURTHER_MACHINE,
        out_of_aws(sent_gb) + (0 if alone else sent_gb * BALANCER_GB),
    )


def visits_a_machine(measured: Measured) -> float:
    """Visits a day that one machine of several serves."""
    return BUSY * 3600 / (BUSIEST_HOUR * measured.visit.cpu_s)


def visits_of_one(measured: Measured) -> float:
    """Visits a day up to which a single machine of the smallest kind suffices."""
    return min(visits_a_machine(measured), T2_MICRO_SHARE * 86_400 / measured.visit.cpu_s)


def dearer_to_send_from(measured: Measured) -> int:
    """Visits a day from which traffic costs more than the machines."""
    low, high = 1, 10_000_000
    while high - low > 1:
        middle = (low + high) // 2
        at = step(middle, measured)
        low, high = (low, middle) if at.dollars_network > at.dollars_machines else (middle, high)
    return high


def out_of_aws(sent_gb: float) -> float:
    """Dollars for outgoing traffic in a month.

    >>> out_of_aws(50), out_of_aws(200)
    (0.0, 9.0)
    """
    dollars = below = 0.0
    for up_to, price in OUT_OF_AWS:
        dollars += max(0.0, min(sent_gb, up_to) - below) * price
        below = up_to
    return dollars
