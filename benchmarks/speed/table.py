"""The results as a page of Markdown tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.processes import PROJECT
from benchmarks.speed import targets
from benchmarks.speed.suite import SUBJECTS

PAGE = PROJECT / "benchmarks/speed.md"
_HEAD = """# Measured speed

How fast the product is beside what people would use instead, and how far from the least that is possible.

    make bench

makes the peers' environment (requirements-bench.txt, in .venv-bench), measures everything in under 25 minutes, and
writes this page and [results.json](results.json); `python -m benchmarks.speed --only NAME` measures one subject again.
All that is measured is kept on one core of the machine and takes turns, A B A B, each in a process of its own.

- **median** and **quartiles** are over all rounds, on the clock; **processor** is the mean processor time of all its
  processes, which other work on the machine prolongs less.
- **times the first** is the ratio to the first line of the row, taken round by round: the median, and its quartiles.
- **limit** is what was counted, operations and bytes, at what this core was measured to do (products of float32
  matrices, copying), or what the row says instead; **distance** is the median over it. Counting is explained in
  [limits.py](speed/limits.py).
"""


def page(results: Mapping[str, Any]) -> str:
    """The whole page."""
    parts = [_HEAD, f"## Targets\n\n{targets.table(results)}"]
    for subject in SUBJECTS:
        if found := results.get(subject.name):
            parts.append(f"## {subject.title}\n\n{subject.protocol}\n\n{_where(found)}\n")
            parts.append(table(subject.title, found["rows"], heading=False))
    return "\n".join(parts)


def table(title: str, rows: Sequence[Mapping[str, Any]], *, heading: bool = True) -> str:
    """Some rows as a table."""
    lines = [f"{title}\n"] if heading else []
    lines += [
        "| what | who | median | quartiles | processor | times the first | limit | distance |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        for number, each in enumerate(row["figures"]):
            name = f"{row['what']}, {row['unit']}" if number == 0 else ""
            lines.append(f"| {name} | {each['who']}{_notes(each)} | {_cells(each)} |")
    return "\n".join(lines) + "\n"


def _cells(each: Mapping[str, Any]) -> str:
    timed = each["n"] > 1
    limit = each.get("limit")
    cells = [
        _number(each["median"]),
        f"{_number(each['low'])} – {_number(each['high'])}" if timed else "",
        _number(each["cpu"]) if "cpu" in each else "",
        _ratio(each["ratio"], timed) if "ratio" in each else "",
        f"{_number(limit['value'])} ({limit['of']})" if limit else "",
        f"{each['median'] / limit['value']:.2g}" if limit and limit["value"] else "",
    ]
    return " | ".join(cells)


def _ratio(ratio: Sequence[float], timed: bool) -> str:
    median, low, high = (_number(value) for value in ratio)
    return f"{median} ({low} – {high})" if timed else median


def _notes(each: Mapping[str, Any]) -> str:
    return "".join(f"; {name.replace('_', ' ')} {value}" for name, value in each.get("notes", {}).items())


def _number(value: float) -> str:
    """Three figures, and thousands apart.

    >>> _number(12345.6), _number(12.345), _number(0.01234)
    ('12,346', '12.3', '0.0123')
    """
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _where(found: Mapping[str, Any]) -> str:
    m = found["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in m["versions"].items())
    return (
        f"{found['measured']} UTC, commit {found['commit']}; {m['processor']} ({', '.join(m['vectors'])}), "
        f"{m['cores']} cores, {m['memory_gb']} GB; a core does {m['gigaoperations_per_s']:g} G operations and copies "
        f"{m['gigabytes_per_s']:g} GB a second; Python {m['python']}, {versions}. Load before: {found['load_before']} "
        f"(above 1, times are too long). Took {found['took_s']} s."
    )
