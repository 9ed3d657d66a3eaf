"""What one visitor costs the server, and what happens when the memory of a small machine is short."""

import os
import shutil
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

from playwright.sync_api import sync_playwright

from benchmarks.load.group import memory_group
from benchmarks.load.visitor import visitor
from benchmarks.processes import memory_mb, processor_time_s
from benchmarks.serving import CHROMIUM_ARGUMENTS, caddy, chromium, clip, running_server
from benchmarks.speed.bench import Bench
from benchmarks.speed.records import Row, figure
from ser_core.config import default_max_upload_mb

WHO = "product"
OPEN, CLIP, MINUTE, HOUR = "open the page", "a clip of 5 s", "a recording of 60 s", "a recording of an hour"
PROCESSOR, SENT = "processor time", "sent over the page's connection"
START_MB, HELD_MB = "memory with its model loaded", "held by an open page with the answer to a clip of 5 s"
AT_ONCE_S, AT_ONCE_MB = "the slowest of {} clips of 5 s at once", "memory after that, {} at once"
ANSWERED, TURNED_AWAY, MOST_MB = (
    "files of the largest size that are answered, of eight at once in 1 GiB",
    "those turned away",
    "most memory of the server then",
)
FIRST_VISIT, FIRST_VISIT_CADDY = "a first visit", "a first visit through Caddy"
LIMIT_MB = 1024
CROWDS = (1, 10, 20)
_HELD = 20
_LARGEST_AT_ONCE = 8
_PATIENCE_S = 600.0


def visitors(bench: Bench) -> Iterator[Row]:
    """The product on one core with its default model, for docs/scale.md: what visitors who speak its protocol cost, one
    after another (processor time of the server and its decoders; bytes as they go over the wire; all the pictures of
    the page are drawn), and at once. As root, in a control group of 1 GiB, as in a container. A first visit is
    Chromium's, until all pictures of a clip of 5 s are drawn.
    """
    crowds = (1, 2) if bench.tiny else CROWDS
    limit_mb = LIMIT_MB if os.geteuid() == 0 else None
    with memory_group(limit_mb) as group, running_server(group, core=bench.core) as (url, pid):
        yield _one(START_MB, "MB", [memory_mb(pid)])
        # First: later the pages would fit into memory that earlier visitors have left free.
        yield _one(HELD_MB, "MB", [_held(url, pid, 2 if bench.tiny else _HELD)])
        clips_s = {CLIP: 5.0} if bench.tiny else {CLIP: 5.0, MINUTE: 60.0}
        yield from _one_after_another(url, pid, 2 if bench.tiny else 5, clips_s)
        for count in crowds:
            slowest_s, held_mb = _at_once(url, pid, count)
            yield _one(AT_ONCE_S.format(count), "s", [slowest_s])
            yield _one(AT_ONCE_MB.format(count), "MB", [held_mb])
        if group is not None and not bench.tiny:
            answered = _largest_at_once(url, default_max_upload_mb(LIMIT_MB << 20))
            yield _one(ANSWERED, "files", [answered])
            yield _one(TURNED_AWAY, "files", [_LARGEST_AT_ONCE - answered])
            yield _one(MOST_MB, "MB", [group.most_mb()])
        if not bench.tiny:
            yield _one(FIRST_VISIT, "MB", [_in_browser(url)])
            if shutil.which("caddy"):
                with caddy(url) as outside:
                    yield _one(FIRST_VISIT_CADDY, "MB", [_in_browser(outside)])
    if not bench.tiny:
        # A server keeps a large file in memory for a while after its visitor has left.
        with running_server(core=bench.core) as (url, pid):
            yield from (row for row in _one_after_another(url, pid, 1, {HOUR: 3600.0}) if HOUR in row.what)


def _one(what: str, unit: str, values: list[float]) -> Row:
    return Row(what, unit, (figure(WHO, values),))


def _one_after_another(url: str, pid: int, visits: int, clips_s: dict[str, float]) -> Iterator[Row]:
    cpu_s: dict[str, list[float]] = {OPEN: [], **{step: [] for step in clips_s}}
    sent_kb: dict[str, list[float]] = {step: [] for step in cpu_s}
    for number in range(visits + 1):
        with visitor(url, patience_s=_PATIENCE_S) as somebody:
            acts: dict[str, Callable[[], object]] = {OPEN: somebody.open}
            if number or visits > 1:
                acts |= {step: partial(somebody.upload, clip(length_s, number)) for step, length_s in clips_s.items()}
            for step, act in acts.items():
                cpu, sent = processor_time_s(pid), somebody.wire_bytes
                act()
                if number:  # the first visit loads what is loaded once
                    cpu_s[step].append(processor_time_s(pid) - cpu)
                    sent_kb[step].append((somebody.wire_bytes - sent) / 1e3)
    for step in cpu_s:
        # The kernel counts in hundredths: a mean over the visits tells more than their median.
        yield _one(f"{step}: {PROCESSOR}", "s", [statistics.mean(cpu_s[step])])
        yield _one(f"{step}: {SENT}", "kB", [statistics.median(sent_kb[step])])


def _held(url: str, pid: int, pages: int) -> float:
    with ExitStack() as stack:
        before_mb = 0.0
        for number in range(pages + 1):
            if number == 1:  # the first visit loads what is loaded once
                before_mb = memory_mb(pid)
            somebody = stack.enter_context(visitor(url, patience_s=_PATIENCE_S))
            somebody.open()
            somebody.upload(clip(5.0, number))
        return (memory_mb(pid) - before_mb) / pages


def _at_once(url: str, pid: int, count: int) -> tuple[float, float]:
    start = threading.Barrier(count)

    def visit(number: int) -> float:
        with visitor(url, patience_s=_PATIENCE_S) as somebody:
            somebody.open()
            content = clip(5.0, number)
            start.wait()
            return somebody.upload(content)

    with ThreadPoolExecutor(count) as crowd:
        answers_s = list(crowd.map(visit, range(count)))
    return max(answers_s), memory_mb(pid)


def _largest_at_once(url: str, limit_mb: int) -> int:
    content = clip(5.0, 0)
    # Bytes after the sound of a WAV are not read: only the size of the file counts here.
    content += bytes(limit_mb * 1_000_000 - len(content))
    held_open = threading.Barrier(_LARGEST_AT_ONCE)

    def visit(_: int) -> bool:
        with visitor(url, patience_s=_PATIENCE_S) as somebody:
            somebody.open()
            try:
                somebody.upload(content)
            except RuntimeError:
                return False
            finally:
                held_open.wait()
            return True

    with ThreadPoolExecutor(_LARGEST_AT_ONCE) as crowd:
        return sum(crowd.map(visit, range(_LARGEST_AT_ONCE)))


def _in_browser(url: str) -> float:
    """Megabytes that Chromium fetches with an empty cache, the messages over the page's connection not counted."""
    fetched: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(ignore_https_errors=True)
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda event: fetched.append(event["encodedDataLength"]))
        page.goto(url)
        page.get_by_role("heading", level=1).wait_for(timeout=1000 * _PATIENCE_S)
        page.locator("input[type=file]").set_input_files({"name": "a.wav", "mimeType": "", "buffer": clip(5.0, 0)})
        page.locator(".st-key-answer h2").first.wait_for(timeout=1000 * _PATIENCE_S)
        page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
        # Pictures fetch the scripts that draw them.
        until, count = time.monotonic() + 60, -1
        while len(fetched) != count and time.monotonic() < until:
            count = len(fetched)
            page.wait_for_timeout(2000)
        browser.close()
    return sum(fetched) / 1e6
