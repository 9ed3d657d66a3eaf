"""Machines and cost by visits a day, from benchmarks/load/measured.json. Prints the table of docs/scale.md.

python -m benchmarks.load.capacity
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).with_name("measured.json")
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


def step(visits: int, measured: dict[str, Any]) -> Step:
    """What it takes to serve `visits` a day."""
    cpu_s = measured["open_page"]["cpu_s"] + CLIPS_A_VISIT * measured["clip_5_s"]["cpu_s"]
    busiest = visits * BUSIEST_HOUR
    processors = busiest * cpu_s / 3600
    pages = busiest * PAGE_OPEN_MIN / 60
    # A replica is one Python process and does the work of about one processor.
    replicas = max(1, math.ceil(processors / BUSY))
    alone = replicas == 1 and visits * cpu_s / 86_400 <= T2_MICRO_SHARE
    machines = 1 if alone else max(2, replicas)
    # Caddy compresses the scripts; the load balancer does not.
    first_mb = measured["browser_first_visit"]["caddy" if alone else "direct"]["fetched_mb"]
    each_mb = (measured["open_page"]["sent_kb"] + CLIPS_A_VISIT * measured["clip_5_s"]["sent_kb"]) / 1e3
    sent_gb = visits * DAYS_A_MONTH * (FIRST_VISITS * first_mb + each_mb) / 1e3
    return Step(
        visits,
        processors,
        pages,
        machines * measured["start"]["pss_mb"] + pages * measured["held_mb_per_visitor"],
        machines,
        sent_gb,
        ONE_MACHINE if alone else SEVERAL_MACHINES + (machines - 2) * FURTHER_MACHINE,
        out_of_aws(sent_gb) + (0 if alone else sent_gb * BALANCER_GB),
    )


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


def table(measured: dict[str, Any]) -> str:
    """The steps as a Markdown table."""
    lines = [
        "| visits a day | processors busy | pages open | app memory, MB | machines | sent a month, GB | machines, $ "
        "| network, $ | a visit, cents |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for visits in STEPS:
        s = step(visits, measured)
        cents = 100 * (s.dollars_machines + s.dollars_network) / (visits * DAYS_A_MONTH)
        lines.append(
            f"| {visits:,} | {s.processors:,.2f} | {s.pages:,.1f} | {s.memory_mb:,.0f} | {s.machines} "
            f"| {s.sent_gb:,.1f} | {s.dollars_machines:,.0f} | {s.dollars_network:,.0f} | {cents:,.3f} |"
        )
    return "\n".join(lines)


def main() -> None:
    print(table(json.loads(MEASURED.read_text("utf-8"))))


if __name__ == "__main__":
    main()
