"""What visitors cost the server in processor time and memory, one at a time and many at once. Prints a JSON object.

    python -m benchmarks.load [--visits 10] [--at-once 1,5,10,20] [--memory-mb 1024]

Starts the real server (serve.py) on a free loopback port. Simulated visitors speak its protocol, so that no browser
shares the processor with it; one more visit is made in Chromium, to see what it fetches. Needs Linux. The output:

- `machine`: number of processors, and the load when the measurement began. On a busy machine processor times are tens
  of percent higher than on an idle one, and elapsed times mean little.
- `start`: memory once the model has answered.
- `open_page`, `clip_5_s`, `clip_60_s`: one visitor after another. Processor time of the server and its decoders, bytes
  sent over the page's connection, and seconds until the page or the answer appears; medians. An analysis also draws all
  the pictures of the page.
- `clip_1_h`: the same for an hour of sound, on a server of its own, because a server keeps a large file in memory for a
  while after its visitor has left.
- `held_mb_per_visitor`: memory held by an open page with the answer to a clip of 5 s, from 20 of them.
- `at_once`: so many visitors submit a clip of 5 s at the same moment: answers per second, and the slowest.
- `largest_at_once`: eight visitors submit a file of the largest size at the same moment: how many were answered, and
  how many turned away because memory was short. Only with --memory-mb.
- `memory_group`: the peak memory of the server and its decoders, and how many of them were killed for lack of memory.
  Only with --memory-mb, which limits them in a control group and needs root.
- `browser_first_visit`: what Chromium fetches with an empty cache until all pictures of a clip of 5 s are drawn, from
  the server itself and, where Caddy is installed, through it with deploy/Caddyfile.

Memory is PSS, which divides shared memory among the processes that share it.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.load.group import memory_group
from benchmarks.load.visitor import Visitor, visitor
from benchmarks.processes import memory_mb, processor_time_s
from benchmarks.serving import caddy, chromium, clip, running_server
from ser_core.config import default_max_upload_mb

HELD = 20
LARGEST_AT_ONCE = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=10, help="visits one after another (default 10)")
    parser.add_argument("--at-once", default="1,5,10,20", help="how many visitors at once, several with commas")
    parser.add_argument("--memory-mb", type=int, help="memory the server gets (needs root)")
    options = parser.parse_args()
    result: dict[str, Any] = {"machine": {"processors": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}}
    with memory_group(options.memory_mb) as group, running_server(group) as (url, pid):
        result["start"] = {"pss_mb": round(memory_mb(pid))}
        # First: later the pages would fit into memory that earlier visitors have left free.
        result["held_mb_per_visitor"] = held(url, pid)
        result |= one_after_another(url, pid, options.visits, {"clip_5_s": 5.0, "clip_60_s": 60.0})
        result["at_once"] = [at_once(url, pid, int(count)) for count in options.at_once.split(",")]
        if group is not None:
            result["largest_at_once"] = largest_at_once(url, pid, default_max_upload_mb(options.memory_mb << 20))
            result["memory_group"] = {"most_mb": round(group.most_mb()), "killed": group.killed()}
        result["browser_first_visit"] = {"direct": in_browser(url)}
        if shutil.which("caddy"):
            with caddy(url) as outside:
                result["browser_first_visit"]["caddy"] = in_browser(outside)
    with running_server(None) as (url, pid):
        result["clip_1_h"] = one_after_another(url, pid, 2, {"clip_1_h": 3600.0})["clip_1_h"]
    print(json.dumps(result, indent=1))


def one_after_another(url: str, pid: int, visits: int, clips_s: dict[str, float]) -> dict[str, Any]:
    steps: dict[str, list[dict[str, float]]] = {"open_page": [], **{step: [] for step in clips_s}}
    for number in range(visits + 1):
        with visitor(url, patience_s=300) as somebody:
            acts: dict[str, Callable[[], float | None]] = {"open_page": somebody.open}
            acts |= {step: partial(somebody.upload, clip(length_s, number)) for step, length_s in clips_s.items()}
            for step, act in acts.items():
                cost = measured(pid, somebody, act)
                if number:  # the first visit loads what is loaded once
                    steps[step].append(cost)
    return {
        step: {name: round(statistics.median(cost[name] for cost in costs), 3) for name in costs[0]}
        for step, costs in steps.items()
    }


def measured(pid: int, somebody: Visitor, act: Callable[[], float | None]) -> dict[str, float]:
    cpu_s, sent, began = processor_time_s(pid), somebody.received_bytes, time.perf_counter()
    answered_s = act()
    seconds = time.perf_counter() - began if answered_s is None else answered_s
    return {
        "cpu_s": processor_time_s(pid) - cpu_s,
        "clock_s": seconds,
        "sent_kb": (somebody.received_bytes - sent) / 1e3,
    }


def held(url: str, pid: int) -> float:
    with contextlib.ExitStack() as pages:
        for number in range(HELD + 1):
            if number == 1:  # the first visit loads what is loaded once
                before_mb = memory_mb(pid)
            somebody = pages.enter_context(visitor(url, patience_s=300))
            somebody.open()
            somebody.upload(clip(5.0, number))
        return round((memory_mb(pid) - before_mb) / HELD, 1)


def at_once(url: str, pid: int, count: int) -> dict[str, float]:
    start = threading.Barrier(count)

    def visit(number: int) -> float:
        with visitor(url, patience_s=600) as somebody:
            somebody.open()
            content = clip(5.0, number)
            start.wait()
            return somebody.upload(content)

    cpu_s = processor_time_s(pid)
    with ThreadPoolExecutor(count) as crowd:
        answers_s = list(crowd.map(visit, range(count)))
    return {
        "visitors": count,
        "slowest_s": round(max(answers_s), 1),
        "answers_per_s": round(count / max(answers_s), 2),
        "cpu_s_per_visit": round((processor_time_s(pid) - cpu_s) / count, 3),
        "pss_mb": round(memory_mb(pid)),
    }


def largest_at_once(url: str, pid: int, limit_mb: int) -> dict[str, float]:
    content = clip(5.0, 0)
    # Bytes after the sound of a WAV are not read: only the size of the file counts here.
    content += bytes(limit_mb * 1_000_000 - len(content))
    held_open = threading.Barrier(LARGEST_AT_ONCE)

    def visit(_: int) -> bool:
        with visitor(url, patience_s=600) as somebody:
            somebody.open()
            try:
                somebody.upload(content)
            except RuntimeError:
                return False
            finally:
                held_open.wait()
            return True

    with ThreadPoolExecutor(LARGEST_AT_ONCE) as crowd:
        answered = sum(crowd.map(visit, range(LARGEST_AT_ONCE)))
    return {"answered": answered, "turned_away": LARGEST_AT_ONCE - answered, "pss_mb": round(memory_mb(pid))}


def in_browser(url: str) -> dict[str, float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(ignore_https_errors=True)
        fetched: list[float] = []
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda event: fetched.append(event["encodedDataLength"]))
        page.goto(url)
        page.get_by_role("heading", level=1).wait_for(timeout=300_000)
        page.locator("input[type=file]").set_input_files({"name": "a.wav", "mimeType": "", "buffer": clip(5.0, 0)})
        page.locator("[role=tabpanel] .js-plotly-plot .heatmaplayer image").first.wait_for(timeout=300_000)
        browser.close()
    return {"requests": len(fetched), "fetched_mb": round(sum(fetched) / 1e6, 2)}


if __name__ == "__main__":
    main()
