"""Writes the figures of docs/scale.md anew from benchmarks/results.json; `make bench` does so at its end.

python -m benchmarks.load.scale
"""

import math
import re
import textwrap
from collections.abc import Mapping
from typing import Any

from benchmarks.load import capacity
from benchmarks.load.capacity import Measured
from benchmarks.processes import PROJECT
from benchmarks.speed.results import Results
from benchmarks.speed.subjects import visitors

PAGE = PROJECT / "docs/scale.md"
# The database allows about this many connections; each app may open this many.
_CONNECTIONS, _OF_EACH = 110, 10


def blocks(results: Mapping[str, Any]) -> dict[str, str]:
    """The generated parts of the page by their names."""
    measured = Measured.of(results)
    return {
        "where": _where(results["visitor"]),
        "costs": _costs(measured),
        "memory": _memory(measured),
        "table": _table(measured),
        "runs out": _runs_out(measured),
        "long": _long(measured),
    }


def page(text: str, results: Mapping[str, Any]) -> str:
    """The page with its generated parts made anew. Raises ValueError when it lacks one."""
    for name, content in blocks(results).items():
        text, found = re.subn(
            rf"(<!-- {name} -->).*?(<!-- /{name} -->)",
            lambda block, content=content: f"{block[1]}\n\n{content}\n\n{block[2]}",  # type: ignore[misc]
            text,
            flags=re.DOTALL,
        )
        if found != 1:
            raise ValueError(f"docs/scale.md has {found} parts called {name!r}; there has to be one.")
    return text


def write(results: Mapping[str, Any]) -> None:
    """Bring the page up to date."""
    PAGE.write_text(page(PAGE.read_text("utf-8"), results), "utf-8")


def _where(found: Mapping[str, Any]) -> str:
    machine = found["machine"]
    return _prose(
        f"Measured on {found['measured']} UTC, kept on one core of {machine['cores']} ({machine['processor']}), with a "
        f"load of {found['load_before']:g} before. On a busy machine elapsed times are too long, and processor times "
        "are tens of percent too high."
    )


def _costs(measured: Measured) -> str:
    lines = ["| step | processor time, s | sent, kB |", "|---|---:|---:|"]
    for act, cost in measured.acts.items():
        pictures = "" if act == visitors.OPEN else ", with all its pictures"
        lines.append(f"| {act}{pictures} | {cost.cpu_s:.2f} | {cost.sent_kb:.0f} |")
    return "\n".join(lines)


def _memory(measured: Measured) -> str:
    v = measured.values
    several = max(visitors.CROWDS)
    ten = visitors.CROWDS[1]
    lines = ["| memory | MB |", "|---|---:|", f"| the app with its model loaded | {v[visitors.START_MB]:.0f} |"]
    lines.append(f"| each open page with the answer to a clip of 5 s | {v[visitors.HELD_MB]:.1f} |")
    for count in visitors.CROWDS[1:]:
        mb = v[visitors.AT_ONCE_MB.format(count)]
        lines.append(f"| after {count} visitors at once, and others with recordings of 60 s | {mb:.0f} |")
    slowest_s = {count: v[visitors.AT_ONCE_S.format(count)] for count in (ten, several)}
    said = [
        f"**Many clips at once:** of {ten}, the slowest answer came after {slowest_s[ten]:.1f} s, of {several} after "
        f"{slowest_s[several]:.1f} s."
    ]
    if visitors.ANSWERED in v:
        said.append(
            f"**Eight files of the largest size at once**, in 1 GiB, where they do not all fit: "
            f"{v[visitors.ANSWERED]:.0f} were answered, and {v[visitors.TURNED_AWAY]:.0f} were turned away after "
            f"waiting for memory. The server held {v[visitors.MOST_MB]:.0f} MB at most."
        )
    caddy = v.get(visitors.FIRST_VISIT_CADDY)
    through = f", and {caddy:.2f} MB through Caddy, which compresses the scripts" if caddy else ""
    said.append(
        f"**A first visit** downloads {v[visitors.FIRST_VISIT]:.2f} MB from the app itself{through}. On later visits "
        "the browser already has the scripts."
    )
    return "\n".join([*lines, "", *(_prose(f"- {each}", indent="  ") for each in said)])


def _table(measured: Measured) -> str:
    lines = [
        "| visits a day | processors busy | pages open | app memory, MB | machines | sent a month, GB | machines, $ "
        "| network, $ | a visit, cents |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for visits in capacity.STEPS:
        s = capacity.step(visits, measured)
        cents = 100 * (s.dollars_machines + s.dollars_network) / (visits * capacity.DAYS_A_MONTH)
        lines.append(
            f"| {visits:,} | {s.processors:,.2f} | {s.pages:,.1f} | {s.memory_mb:,.0f} | {s.machines} "
            f"| {s.sent_gb:,.1f} | {s.dollars_machines:,.0f} | {s.dollars_network:,.0f} | {cents:,.3f} |"
        )
    return "\n".join(lines)


def _runs_out(measured: Measured) -> str:
    of_one, of_each = capacity.visits_of_one(measured), capacity.visits_a_machine(measured)
    rows: list[tuple[float, str, str, str]] = [
        (1, "1", "nothing: one `t2.micro` is mostly idle", "[deploy/ec2.yaml](../deploy/ec2.yaml)"),
        (
            dearer := capacity.dearer_to_send_from(measured),
            f"about {_about(dearer)}",
            "money: traffic costs more than the machine",
            "put a CDN that compresses and caches `/static/` in front of the app; only the connection "
            "`/_stcore/stream` has to reach the app itself",
        ),
        (
            of_one,
            f"about {_about(of_one)}",
            "the processor: a `t2.micro` may use a tenth of one on average, and is slowed down after that",
            "`InstanceType=t3.small`, or [deploy/scale.yaml](../deploy/scale.yaml): two machines, a load balancer, "
            "PostgreSQL",
        ),
        (
            of_each,
            f"about {_about(of_each)} a machine",
            "the processor of each app",
            "`MostMachines=N`: machines are added under load",
        ),
        (
            of_each * _CONNECTIONS / _OF_EACH,
            f"about {_about(of_each * _CONNECTIONS / _OF_EACH)}",
            f"database connections: each app keeps 2 and may open {_OF_EACH}, and a `db.t4g.micro` allows about "
            f"{_CONNECTIONS}",
            "a larger database, or a connection pooler (the app prepares no statements, which poolers require)",
        ),
        (
            math.inf,
            "1,000,000",
            "nothing in the app's design: visitors share only the database, and only when they save",
            "reserved prices for machines; a cheaper network",
        ),
    ]
    lines = ["| from visits a day | what runs out | what to do |", "|---:|---|---|"]
    lines += [f"| {visits} | {what} | {do} |" for _, visits, what, do in sorted(rows)]
    return "\n".join(lines)


def _long(measured: Measured) -> str:
    held_mb = measured.values[visitors.HELD_MB]
    said = [
        f"Memory is never the first to run out: {held_mb:.1f} MB a page is little compared with a machine's 2 GiB.",
        "Long recordings change that picture.",
    ]
    if hour := measured.acts.get(visitors.HOUR):
        visits = hour.cpu_s / measured.visit.cpu_s
        said.append(
            f"An hour of sound takes about {hour.cpu_s:.0f} s of processor time, as much as {visits:.0f} visits, and "
            "its file stays in memory for a while."
        )
    said.append("`SER_MAX_DURATION_S` and `SER_MAX_UPLOAD_MB` set limits to both.")
    return _prose(" ".join(said))


def _prose(text: str, indent: str = "") -> str:
    return textwrap.fill(text, 119, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _about(number: float) -> str:
    """Two figures, thousands apart.

    >>> _about(63_742), _about(987)
    ('64,000', '990')
    """
    return f"{float(f'{number:.2g}'):,.0f}"


if __name__ == "__main__":
    write(Results.load().plain)
