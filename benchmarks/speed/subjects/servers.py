"""The page while it is served: starting, memory, the next clip, and many people at once."""

import statistics
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any

from benchmarks.load.visitor import Visitor, visitor
from benchmarks.processes import PROJECT, memory_mb, processor_time_s
from benchmarks.serving import HEALTH, clip, running_server
from benchmarks.speed.bench import Bench
from benchmarks.speed.records import Limit, Row, figure, with_ratios

LARGE, SMALL, PAGE = "product (`whisper`)", "product, small model", "the same page on TensorFlow"
_EMPTY = "Streamlit, empty page"
_PATIENCE_S = 120
_USED_TIMES = 100
_CROWD = 20
_USE_S, _USE_MORE_S = 50, 40
_CLIP_S = 5.0


@dataclass(frozen=True)
class Served:
    """A page that is measured."""

    who: str
    page: str = "serve.py"
    ready: str = "/ready"
    peer: bool = False
    env: Mapping[str, str] = field(default_factory=dict)

    def running(self, bench: Bench) -> AbstractContextManager[tuple[str, int]]:
        """Address and process of the page on the bench's core."""
        peer = {"python": str(bench.peers), "folder": bench.scratch} if self.peer else {}
        return running_server(
            page=str(PROJECT / self.page),
            ready=self.ready,
            core=bench.core,
            env={**bench.environment, **self.env},
            **peer,
        )


_PAGES = (
    Served(LARGE),
    Served(SMALL, env={"SER_MODEL": "crnn"}),
    Served(PAGE, page="benchmarks/speed/page.py", ready=HEALTH, peer=True),
)


def starts(bench: Bench) -> Iterator[Row]:
    """Seconds from starting the server until it is ready (the product then has its model loaded and has answered once
    itself; of the other page Streamlit is ready, and the first visitor waits for the rest), and until the first visitor
    has the answer to a clip of 5 s. Memory of all processes, as if they were alone, at both moments. Limit: an empty
    page, served by Streamlit alone.
    """
    empty = bench.scratch / "empty.py"
    empty.write_text("import streamlit as st\nst.title('Empty')\n", "utf-8")
    everybody = [*pages(bench), Served(_EMPTY, page=str(empty), ready=HEALTH)]
    found: dict[str, dict[str, list[float]]] = {}
    for _ in bench.rounds_within(60):
        for page in everybody:
            for what, value in _start(bench, page).items():
                found.setdefault(what, {}).setdefault(page.who, []).append(value)
    names = {
        "ready_s": ("start until ready", "s"),
        "first_s": ("start until the first answer", "s"),
        "ready_mb": ("memory when ready", "MB"),
        "first_mb": ("memory after the first answer", "MB"),
    }
    for what, (title, unit) in names.items():
        values = found[what]
        least = values.get(_EMPTY) or found[what.replace("first", "ready")][_EMPTY]
        yield _row(title, unit, {who: each for who, each in values.items() if who != _EMPTY}, least, _EMPTY)


def use(bench: Bench) -> Iterator[Row]:
    """All pages served at once, each used in turn by one visitor who speaks Streamlit's protocol: clips of 5 s one
    after another, each until its answer comes and until all is drawn, and the same page drawn again. Then further clips
    one after another, up to 100 or for 40 s, and the memory of all processes, as if they were alone, after them.
    """
    clips = 2 if bench.tiny else _USED_TIMES
    with ExitStack() as stack:
        served = {page.who: stack.enter_context(page.running(bench)) for page in pages(bench)}
        people = {who: stack.enter_context(visitor(url, patience_s=_PATIENCE_S)) for who, (url, _) in served.items()}
        took: dict[str, dict[str, list[float]]] = {
            what: {who: [] for who in served} for what in ("answer", "whole", "cpu", "rerun", "wire")
        }
        for somebody in people.values():
            somebody.open()
        for number in bench.rounds_within(_USE_S, at_most=clips):
            for who, somebody in people.items():
                values = _clip_and_rerun(somebody, served[who][1], number)
                if number:  # the first one loads what is loaded once
                    for what, value in values.items():
                        took[what][who].append(value)
        used = {who: {"clips": number + 1 + _use_on(bench, people[who], number + 1, clips)} for who in served}
        memory = {who: [memory_mb(pid)] for who, (_, pid) in served.items()}
    cpu = {who: statistics.mean(values) for who, values in took["cpu"].items()}
    yield _row("the next clip of 5 s until its answer", "ms", took["answer"], scale=1e3)
    yield _row("until all is drawn", "ms", took["whole"], scale=1e3, cpu=cpu)
    yield _row("the same page drawn again", "ms", took["rerun"], scale=1e3)
    yield _row("sent for that, on the wire", "kB", took["wire"])
    yield _row(f"memory after {clips} clips", "MB", memory, notes=used)


def crowds(bench: Bench) -> Iterator[Row]:
    """So many visitors have the page open and give a clip of 5 s at the same moment, each another one: seconds until
    the last of them has an answer, twice for each page (once from 20 visitors on), and the memory while all these pages
    are open.
    """
    counts = (1, 2) if bench.tiny else (1, 5, 10, 20, 50)
    with ExitStack() as stack:
        served = {page.who: stack.enter_context(page.running(bench)) for page in pages(bench)}
        for url, _ in served.values():
            _at_once(url, 1)
        memory: dict[int, dict[str, list[float]]] = {}
        for count in counts:
            slowest: dict[str, list[float]] = {who: [] for who in served}
            memory[count] = {}
            for _ in range(1 if bench.tiny or count >= _CROWD else 2):
                for who, (url, pid) in served.items():
                    last_s, held_mb = _at_once(url, count, pid)
                    slowest[who].append(last_s)
                    memory[count].setdefault(who, []).append(held_mb)
            yield _row(f"{count} at once, the slowest answer", "s", slowest)
        for count in counts[-3:]:
            yield _row(f"memory with {count} open pages and their answers", "MB", memory[count])


def pages(bench: Bench) -> list[Served]:
    """Those that can be served here."""
    return [page for page in _PAGES if bench.peers or not page.peer]


def _start(bench: Bench, page: Served) -> dict[str, float]:
    began = time.perf_counter()
    with page.running(bench) as (url, pid):
        found = {"ready_s": time.perf_counter() - began, "ready_mb": memory_mb(pid)}
        if page.who != _EMPTY:
            with visitor(url, patience_s=_PATIENCE_S) as somebody:
                somebody.open()
                opened = time.perf_counter()
                found["first_s"] = opened - began + somebody.upload(clip(_CLIP_S, 0))
                found["first_mb"] = memory_mb(pid)
        return found


def _clip_and_rerun(somebody: Visitor, pid: int, number: int) -> dict[str, float]:
    content, cpu_s, began = clip(_CLIP_S, number), processor_time_s(pid), time.perf_counter()
    answer_s = somebody.upload(content)
    whole_s, drawn_cpu_s = time.perf_counter() - began, processor_time_s(pid) - cpu_s
    before, began = somebody.wire_bytes, time.perf_counter()
    somebody.rerun()
    return {
        "answer": answer_s,
        "whole": whole_s,
        "cpu": drawn_cpu_s,
        "rerun": time.perf_counter() - began,
        "wire": (somebody.wire_bytes - before) / 1e3,
    }


def _use_on(bench: Bench, somebody: Visitor, used: int, clips: int) -> int:
    """Further clips until there were so many, or no time is left; how many."""
    further = 0
    if used < clips:
        for further in bench.rounds_within(_USE_MORE_S, at_most=clips - used):
            somebody.upload(clip(_CLIP_S, used + further))
        further += 1
    return further


def _at_once(url: str, count: int, pid: int | None = None) -> tuple[float, float]:
    """Seconds of the slowest answer, and memory while all pages are open."""
    start = threading.Barrier(count)

    def visit(somebody: Visitor, number: int) -> float:
        content = clip(_CLIP_S, number)
        start.wait()
        return somebody.upload(content)

    with ExitStack() as stack:
        people = [stack.enter_context(visitor(url, patience_s=_PATIENCE_S)) for _ in range(count)]
        for somebody in people:
            somebody.open()
        with ThreadPoolExecutor(count) as crowd:
            answers_s = list(crowd.map(visit, people, range(count)))
        return max(answers_s), memory_mb(pid) if pid else 0.0


def _row(
    what: str,
    unit: str,
    values: Mapping[str, Sequence[float]],
    least: Sequence[float] = (),
    least_of: str = "",
    *,
    scale: float = 1.0,
    cpu: Mapping[str, float] = {},
    notes: Mapping[str, dict[str, Any]] = {},
) -> Row:
    limit = Limit(statistics.median(least), least_of) if least else None
    figures = [
        figure(who, each, scale=scale, cpu=cpu.get(who), limit=limit, notes=notes.get(who))
        for who, each in values.items()
    ]
    return Row(what, unit, with_ratios(figures, list(values.values())))
