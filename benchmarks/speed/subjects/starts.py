"""Whole processes from nothing: the command line, for one file and for many, and recordings of any length."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf

from benchmarks.processes import Ran, ser
from benchmarks.speed.bench import Bench
from benchmarks.speed.records import Limit, Row
from benchmarks.speed.sounds import clip_in
from benchmarks.speed.subjects.answers import FUNCTION, LARGE, SMALL

_ONCE_FROM = 100
_PATIENCE_S = 90


def command_line(bench: Bench) -> Iterator[Row]:
    """Seconds from starting the process to its end, with all that it loads, files in the page cache. `peak mb` is the
    most resident memory of all its processes. Limit: an empty Python process.
    """
    path = str(clip_in(bench.scratch, "wav"))
    commands = {
        LARGE: ser("predict", path, "--json"),
        SMALL: ser("predict", path, "--json", "--model", "crnn"),
        **peer_command(bench, [path]),
        "Python, empty": [sys.executable, "-c", "pass"],
    }
    yield _with_floor(bench.commands("`ser predict`, a WAV of 3.5 s", commands, at_most_s=45, notes=_emotion))
    commands = {"product": ser("--help"), "Python, empty": [sys.executable, "-c", "pass"]}
    yield _with_floor(bench.commands("`ser --help`", commands, at_most_s=10))


def many_files(bench: Bench) -> Iterator[Row]:
    """Seconds of the whole process for so many WAV of 3.5 s; 100 and more once each, and by those alone who, by the
    number before, need a minute and a half at most. The peer hears all files in one process, as a script does; it
    reports as it goes along, as `ser predict` does.
    """
    # Of each contestant, how long it took for a file of the number before, from 100 on.
    share: dict[str, float] = {}
    for count in (1, 2) if bench.tiny else (1, 10, 100, 1000):
        files = [str(clip_in(bench.scratch, "wav", number)) for number in range(min(count, 50))]
        given = [files[number % len(files)] for number in range(count)]
        folder = bench.scratch / f"{count}-files"
        folder.mkdir(exist_ok=True)
        for number, file in enumerate(given):
            (folder / f"{number:04}.wav").hardlink_to(file)
        commands = {
            LARGE: ser("predict", *given, "--json"),
            SMALL: ser("predict", *given, "--json", "--model", "crnn"),
            **peer_command(bench, given),
        }
        if count > 1:
            # Each time into a new file: an interrupted run would go on otherwise.
            out = bench.scratch / f"{count}.csv"
            batch = ser("batch", str(folder), "--out", str(out), "--jobs", "1", "--model", "crnn")
            shell = 'rm -f "$0"; exec "$@"'
            commands["product, `ser batch --jobs 1`, small model"] = ["sh", "-c", shell, str(out), *batch]
        if share:
            commands = {who: each for who, each in commands.items() if share.get(who, inf) * count <= _PATIENCE_S}
        if not commands:
            return
        row = bench.commands(f"{count:,} files", commands, at_most_s=0, at_least=1 if count >= _ONCE_FROM else 2)
        if count >= _ONCE_FROM:
            share = {each.who: each.median / count for each in row.figures}
        yield row


def peer_command(bench: Bench, paths: Sequence[str]) -> dict[str, list[str]]:
    """The peer of `ser predict`, where there is one."""
    if not bench.peers:
        return {}
    return {FUNCTION: [str(bench.peers), "-m", "benchmarks.speed.peers", "cli", *paths]}


def _emotion(ran: Ran) -> dict[str, str]:
    """What the last line says."""
    lines = [line for line in ran.output.splitlines() if line.startswith("{")]
    return {"answer": json.loads(lines[-1])["emotion"]} if lines else {}


def _with_floor(row: Row) -> Row:
    """The row with its last figure as everybody's limit."""

    floor = Limit(row.figures[-1].median, row.figures[-1].who)
    return replace(row, figures=tuple(replace(each, limit=floor) for each in row.figures[:-1]))
