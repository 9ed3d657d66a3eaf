"""How fast the product is beside what people would use instead, and how far from what can be counted.

    make bench
    python -m benchmarks.speed [--only NAME,NAME] [--minutes 24] [--rounds 15] [--no-write] [--list]

Everybody who is measured is kept on one core and takes turns, A B A B, each in a process of its own. The peers run in
the environment of requirements-bench.txt, which `make bench` makes in .venv-bench; without it they are left out. Writes
benchmarks/results.json and, from it, benchmarks/speed.md and the figures of docs/scale.md. With `--only`, other
subjects keep their earlier results. Linux only. The machine should have nothing else to do; its load is noted.
"""

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from benchmarks.load import scale
from benchmarks.processes import last_core
from benchmarks.speed.bench import Bench
from benchmarks.speed.environment import PYTHON
from benchmarks.speed.machine import describe, measured
from benchmarks.speed.results import RESULTS, Results
from benchmarks.speed.suite import SUBJECTS
from benchmarks.speed.table import PAGE, page, table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="these subjects alone, with commas")
    parser.add_argument("--minutes", type=float, default=24, help="begin no further subject after so long (default 24)")
    parser.add_argument("--rounds", type=int, default=15, help="most rounds of each measurement (default 15)")
    parser.add_argument("--core", type=int, default=last_core(), help="the core to measure on (default the last one)")
    parser.add_argument("--no-write", action="store_true", help="print only")
    parser.add_argument("--list", action="store_true", help="name the subjects")
    options = parser.parse_args()
    chosen = [each for each in SUBJECTS if not options.only or each.name in options.only.split(",")]
    if unknown := set(filter(None, options.only.split(","))) - {each.name for each in SUBJECTS}:
        sys.exit(f"There is no subject {', '.join(sorted(unknown))}; --list names them.")
    if options.list:
        for each in SUBJECTS:
            print(f"{each.name:12} {each.title}")
        return
    failed: list[str] = []
    until = time.monotonic() + 60 * options.minutes
    results = Results.load()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), PYTHON if PYTHON.exists() else None, options.rounds, options.core)
        if not bench.peers:
            print("Without peers: `make bench` makes their environment.")
        bench.machine = measured(bench)
        for subject in chosen:
            if time.monotonic() > until:
                print(f"No time is left for {subject.name}.")
                continue
            try:
                with results.measuring(subject, describe(bench)) as add:
                    for row in subject.measure(bench):
                        add(row)
                        print(f"\n{table(subject.title, [row.plain()])}", flush=True)
            except Exception:  # noqa: BLE001 - the other subjects are measured all the same
                traceback.print_exc()
                failed.append(subject.name)
                continue
            if not options.no_write:
                RESULTS.write_text(results.as_json(), "utf-8")
                PAGE.write_text(page(results.plain), "utf-8")
                if "visitor" in results.plain:
                    scale.write(results.plain)
    if failed:
        sys.exit(f"Not measured: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
