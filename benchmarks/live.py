"""How long it takes from a sound to its picture, live, in a real Chromium whose microphone plays a file.

python -m benchmarks.live VOICE.wav [--seconds 20]

Each answer is about a second of sound. The page notes when the last sample of that second came from the browser's
thread for sound, and when its answer was drawn; the sound that opened the second is one second older. What is printed
is the oldest sound in the picture, one second plus that delay: the median, the 90th percentile and the largest.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
WAIT_MS = 120_000


def main() -> int:
    """Measure, and print a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("voice", type=Path, help="what the microphone hears, over and over: a WAV of real speech")
    parser.add_argument("--seconds", type=int, default=20, help="for how long it is heard")
    asked = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_ADDRESS": "127.0.0.1"}
    command = [sys.executable, "-m", "streamlit", "run", "serve.py"]
    server = subprocess.Popen(command, cwd=PROJECT, env=os.environ | settings, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/ready")
        delays_s = _delays_s(f"http://localhost:{port}", asked.voice.resolve(), asked.seconds)
    finally:
        server.terminate()
        server.wait()
    oldest_s = sorted(1 + delay for delay in delays_s)
    sys.stdout.write(
        f"{len(oldest_s)} answers; oldest sound in the picture: median {statistics.median(oldest_s):.2f} s, "
        f"90th percentile {oldest_s[int(0.9 * (len(oldest_s) - 1))]:.2f} s, largest {oldest_s[-1]:.2f} s; "
        f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n"
    )
    return 0


def _wait_for(address: str) -> None:
    until = time.monotonic() + WAIT_MS / 1000
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=60):
                return
        except OSError:
            time.sleep(0.5)
    sys.exit("The server did not start.")


def _delays_s(address: str, voice: Path, seconds: int) -> list[float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                *("--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream"),
                *("--use-fake-ui-for-media-stream", f"--use-file-for-fake-audio-capture={voice}"),
            ],
        )
        page = browser.new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(address)
        start = page.get_by_role("button", name="Start live")
        while not start.count():  # a press that meets the page while it is drawn anew is lost
            page.get_by_test_id("stButtonGroup").get_by_text("Live", exact=True).click()
            page.wait_for_timeout(3000)
        start.click()
        delays_s = _follow(page, seconds)
        browser.close()
    return delays_s


def _follow(page: Page, seconds: int) -> list[float]:
    panel = page.locator("[data-now]")
    panel.wait_for()
    panel.evaluate(
        "panel => { window.delays = [];"
        " new MutationObserver(() => delays.push(Number(panel.dataset.delayMs)))"
        " .observe(panel, { attributes: true, attributeFilter: ['data-delay-ms'] }); }"
    )
    page.wait_for_timeout(1000 * seconds)
    return [delay_ms / 1000 for delay_ms in page.evaluate("delays")]


if __name__ == "__main__":
    sys.exit(main())
