"""Speed and memory of `ser batch`: does a second process pay, and does memory grow with the number of files?

    python -m benchmarks.batch speed [--files 300] [--rounds 5] [--jobs 2]
    python -m benchmarks.batch memory [--files 10000] [--jobs 2]

Both make a folder of short recordings, cut from the synthetic samples, and print JSON.

`speed` runs the batch with one process and with `--jobs` in turn, so that other work on the machine disturbs both
alike. `rate` is files a second between the moments at which a tenth and nine tenths of the files were done, `whole_s`
the time of the whole run, starting the processes included, and `cpu_s` the processor time of all processes. Of each the
median over the rounds is given, and of `speedup`, the ratio of the rates of a round, all rounds. Where other work takes
the second core, `speedup` says little, and `cpu_ratio` (processor time with `--jobs` over that with one process) still
tells whether sharing the work out costs anything.

`memory` runs `ser batch` once and reads the resident memory of each process from /proc while the files go by: the one
that shares out the work, those that hear (`workers`), and those that decode (`decoders`), in MB, the largest of each
kind. `grown_mb` is what was added between a tenth of the files, when everything is loaded, and the end.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from ser_core.batch.journal import journal_of
from ser_core.batch.run import Progress, run_batch
from ser_core.config import PROJECT_DIR

_DIFFERENT = 50
_EVERY_S = 0.5
_TENTHS = (0.1, 0.25, 0.5, 0.75, 1.0)


def make_tree(folder: Path, files: int, duration_s: float) -> None:
    """Recordings of about this length: fifty different ones, each under many names."""
    rng = np.random.default_rng(0)
    samples = sorted((PROJECT_DIR / "assets/samples").glob("*.flac"))
    made = []
    for number in range(_DIFFERENT):
        sound, rate_hz = soundfile.read(samples[number % len(samples)], dtype="float32")
        length = round(duration_s * rate_hz * rng.uniform(0.8, 1.2))
        start = rng.integers(0, max(1, len(sound) - length))
        path = folder.parent / f"made-{number}.wav"
        soundfile.write(path, sound[start : start + length], rate_hz)
        made.append(path)
    for number in range(files):
        place = folder / f"{number // 1000:03}" / f"{number:06}.wav"
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(made[number % _DIFFERENT], place)


def timed(tree: Path, out: Path, jobs: int) -> dict[str, float]:
    moments_s = [time.perf_counter()]
    cpu_before_s = cpu_s()

    def note(progress: Progress) -> None:
        if progress.done:
            moments_s.append(time.perf_counter())

    run_batch(str(tree), out, jobs=jobs, on_progress=note)
    whole_s = time.perf_counter() - moments_s[0]
    first, last = len(moments_s) // 10, len(moments_s) * 9 // 10
    out.unlink()
    return {
        "rate": (last - first) / (moments_s[last] - moments_s[first]),
        "whole_s": whole_s,
        "cpu_s": cpu_s() - cpu_before_s,
    }


def cpu_s() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def speed(scratch: Path, files: int, rounds: int, jobs: int) -> dict[str, object]:
    tree = scratch / "tree"
    make_tree(tree, files, 3.0)
    load_before = os.getloadavg()[0]
    runs = [{n: timed(tree, scratch / "result.csv", n) for n in (1, jobs)} for _ in range(rounds)]
    middle = {n: {name: median(run[n][name] for run in runs) for name in runs[0][1]} for n in (1, jobs)}
    return {
        "files": files,
        "rounds": rounds,
        "load_before": load_before,
        **{f"jobs_{n}": rounded(values) for n, values in middle.items()},
        "speedup": sorted(round(run[jobs]["rate"] / run[1]["rate"], 2) for run in runs),
        "speedup_median": round(median(run[jobs]["rate"] / run[1]["rate"] for run in runs), 2),
        "cpu_ratio": round(median(run[jobs]["cpu_s"] / run[1]["cpu_s"] for run in runs), 2),
    }


def memory(scratch: Path, files: int, jobs: int) -> dict[str, object]:
    tree, out = scratch / "tree", scratch / "result.parquet"
    make_tree(tree, files, 1.0)
    command = [sys.executable, "-m", "ser_core", "batch", str(tree), "--out", str(out), "--jobs", str(jobs)]
    began_s = time.perf_counter()
    process = subprocess.Popen(command, cwd=PROJECT_DIR, stdout=subprocess.DEVNULL)
    seen: list[tuple[float, dict[str, float]]] = []
    journal, done, place = journal_of(out), -1, 0
    while process.poll() is None:
        if journal.exists():
            with journal.open("rb") as file:
                file.seek(place)
                new = file.read()
            done, place = done + new.count(b"\n"), place + len(new)
        seen.append((done / files, resident_mb(process.pid)))
        time.sleep(_EVERY_S)
    if process.returncode:
        raise SystemExit(process.returncode)
    at = {share: at_share(seen, share) for share in _TENTHS}
    first, last = at[_TENTHS[0]], at[_TENTHS[-1]]
    return {
        "files": files,
        "jobs": jobs,
        "took_s": round(time.perf_counter() - began_s),
        "resident_mb": {f"{share:.0%}": rounded(values) for share, values in at.items()},
        "grown_mb": rounded({kind: last[kind] - first[kind] for kind in last}),
    }


def at_share(seen: list[tuple[float, dict[str, float]]], share: float) -> dict[str, float]:
    """The most of each kind of process in the moments around which this share of the files was done."""
    near = [values for done, values in seen if share - 0.05 <= done <= share and len(values) == 3]
    return {kind: max(values[kind] for values in near) for kind in near[0]}


def resident_mb(parent: int) -> dict[str, float]:
    """Resident memory by kind of process, the largest of each kind."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(place.name))
    found: dict[str, list[float]] = {"parent": [own_mb(parent)]}
    for worker in children.get(parent, []):
        # Python's own helper of the pool hears nothing.
        if "spawn_main" in command_of(worker):
            found.setdefault("workers", []).append(own_mb(worker))
            found.setdefault("decoders", []).extend(own_mb(each) for each in children.get(worker, []))
    return {kind: max(values) for kind, values in found.items() if values}


def command_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


def own_mb(process: int) -> float:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    except (OSError, IndexError):
        return 0.0


def rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in values.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "memory"])
    parser.add_argument("--files", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        if options.what == "speed":
            result = speed(Path(scratch), options.files or 300, options.rounds, options.jobs)
        else:
            result = memory(Path(scratch), options.files or 10_000, options.jobs)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
