"""What was measured, as it stands in benchmarks/results.json."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.processes import PROJECT
from benchmarks.speed.records import Row
from benchmarks.speed.suite import SUBJECTS, Subject

RESULTS = PROJECT / "benchmarks/results.json"


@dataclass
class Results:
    """Rows by the name of their subject, with where and when they were measured."""

    plain: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path = RESULTS) -> "Results":
        """Those of earlier runs."""
        return cls(json.loads(path.read_text("utf-8")) if path.exists() else {})

    @contextmanager
    def measuring(self, subject: Subject, machine: dict[str, Any]) -> Iterator[Callable[[Row], None]]:
        """Takes the rows of a subject, which replace its earlier ones when it is done."""
        rows: list[dict[str, Any]] = []
        began, load = time.monotonic(), os.getloadavg()[0]
        yield lambda row: rows.append(row.plain())
        self.plain[subject.name] = {
            "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
            "commit": commit(),
            "machine": machine,
            "load_before": round(load, 1),
            "took_s": round(time.monotonic() - began),
            "rows": rows,
        }

    def as_json(self) -> str:
        """In the order of the suite."""
        ordered = {each.name: self.plain[each.name] for each in SUBJECTS if each.name in self.plain}
        return json.dumps(ordered, indent=1, ensure_ascii=False) + "\n"


def commit() -> str:
    """The commit that is measured, with a plus where files differ from it."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True)
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!benchmarks/results.json", ":!*.md")
    return git("rev-parse", "--short=10", "HEAD") + ("+" if changed else "")
