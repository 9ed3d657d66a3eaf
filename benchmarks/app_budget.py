"""What the running app costs: seconds until an answer appears in the browser, and memory of its processes.

    python benchmarks/app_budget.py [--uploads N]

Starts the real server on a free loopback port, opens the home page in Chromium, uploads a 5 s clip (a new one
each time), and waits until the emotion is on the screen. Prints one JSON object:

- `start_to_page_s`: from starting the server to the page in the browser.
- `first_answer_s`: from uploading the file to the emotion on the screen, with the model not yet loaded.
- `answer_s`: the same for each further upload.
- `first_pictures_s`, `pictures_s`: the same until all pictures are drawn. Most of this is the browser's time: it
  fetches Plotly before the first picture, and without a GPU it draws in software.
- `answer_cpu_s`: processor time of the server and the decoder for each further upload, pictures included. Compare this
  figure when other work keeps the machine busy.
- `rss_mb`, `pss_mb`: memory of the server and its children, including the decoder, after the last answer, with all
  pictures of the page drawn: RSS as the kernel counts it (shared pages count in every process), and PSS (they count
  once).
- `loaded`: which of the libraries that serving must do without are loaded.

Needs Chromium and Playwright (requirements-dev.txt), and Linux for the memory.
"""

import argparse
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import soundfile
from playwright.sync_api import Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
VOICE = PROJECT / "assets" / "samples" / "synthetic-changing.flac"
CLIP_S = 5.0
UNWANTED = ("tensorflow", "keras", "librosa", "numba", "sklearn", "torch")
CHROMIUM_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--uploads", type=int, default=5, help="uploads after the first one (default 5)")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        started = time.perf_counter()
        with running_server() as (address, process):
            page = browser.new_page()
            page.goto(address)
            page.get_by_role("heading", level=1).wait_for()
            start_to_page_s = time.perf_counter() - started
            answers_s, pictures_s, cpu_s = [], [], []
            for number in range(options.uploads + 1):
                before_s = processor_time_s(process.pid)
                began = time.perf_counter()
                upload(page, number)
                answers_s.append(time.perf_counter() - began)
                wait_until_drawn(page)
                pictures_s.append(time.perf_counter() - began)
                cpu_s.append(processor_time_s(process.pid) - before_s)
            rss_mb, pss_mb = memory_mb(process.pid)
            loaded = [name for name in UNWANTED if is_mapped(process.pid, name)]
        browser.close()
    print(
        json.dumps(
            {
                "start_to_page_s": round(start_to_page_s, 2),
                "first_answer_s": round(answers_s[0], 2),
                "answer_s": [round(seconds, 2) for seconds in answers_s[1:]],
                "first_pictures_s": round(pictures_s[0], 2),
                "pictures_s": [round(seconds, 2) for seconds in pictures_s[1:]],
                "answer_cpu_s": [round(seconds, 2) for seconds in cpu_s[1:]],
                "rss_mb": round(rss_mb, 1),
                "pss_mb": round(pss_mb, 1),
                "loaded": loaded,
            }
        )
    )


@contextmanager
def running_server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "serve.py"],
        cwd=PROJECT,
        env=os.environ | {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_ADDRESS": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)
        else:
            sys.exit("The server ended before it answered.")
        yield f"http://localhost:{port}", process
    finally:
        process.terminate()
        process.wait(10)


def upload(page: Page, number: int) -> None:
    """Uploads a new clip and waits until its answer is on the screen."""
    samples, rate_hz = soundfile.read(VOICE)
    start = number * rate_hz
    file = io.BytesIO()
    soundfile.write(file, samples[start : start + round(CLIP_S * rate_hz)], rate_hz, format="WAV")
    name = f"clip {number}.wav"
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": file.getvalue()})
    page.locator(".ser-recording", has_text=name).wait_for()
    page.wait_for_function(
        # Streamlit fades what belongs to the previous run; the answer counts once it belongs to this run.
        "() => { const answer = document.querySelector('.st-key-answer');"
        " return answer && !answer.closest('[data-stale=true]') && answer.querySelector('h2'); }"
    )


def wait_until_drawn(page: Page) -> None:
    """Waits for the last picture of the page and for the end of the run that drew it."""
    page.locator("[role=tabpanel] .js-plotly-plot .heatmaplayer image").first.wait_for()
    page.wait_for_function("() => !document.querySelector('[data-stale=true], [data-testid=stStatusWidget]')")


def processor_time_s(pid: int) -> float:
    """Processor time so far of the process and its descendants, in seconds."""
    ticks = 0
    for process in tree(pid):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> tuple[float, float]:
    """RSS and PSS in MB, summed over the process and its descendants."""
    totals = {"Rss": 0.0, "Pss": 0.0}
    for process in tree(pid):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            kind, _, value = line.partition(":")
            if kind in totals:
                totals[kind] += int(value.split()[0]) * 1024 / 1e6
    return totals["Rss"], totals["Pss"]


def tree(pid: int) -> Iterator[int]:
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            children = (thread / "children").read_text().split()
        except FileNotFoundError:  # a thread that has ended since
            continue
        for child in children:
            yield from tree(int(child))


def is_mapped(pid: int, library: str) -> bool:
    """Whether a compiled part of the library is loaded; each of the libraries in question has one."""
    return f"/site-packages/{library}/" in Path(f"/proc/{pid}/maps").read_text()


if __name__ == "__main__":
    main()
