"""What the browser tests share: the real server on a free port, and Chromium with a microphone that plays a file."""

import io
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from ser_core.config import PROJECT_DIR
from tests.history.conftest import postgres, postgres_server, postgres_url  # noqa: F401 (fixtures)
from ui.shared.samples import SAMPLES_DIR

# A name that is not this machine's own: to the browser a page from it is not secure unless it comes by https.
FOREIGN_HOST = "voice.test"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {FOREIGN_HOST} 127.0.0.1",
)
FAKE_MICROPHONE = "--use-fake-device-for-media-stream"
FAKE_PERMISSION = "--use-fake-ui-for-media-stream"
# Nothing takes this long; a machine with other work may.
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def voice() -> tuple[np.ndarray, int]:
    """A synthetic voice of 5 s in a room: samples and rate. No sample is 0, as in what a microphone gives."""
    samples, rate_hz = soundfile.read(SAMPLES_DIR / "synthetic-changing.flac", dtype="float32")
    samples = samples[3 * rate_hz : 8 * rate_hz]
    return samples + np.random.default_rng(0).normal(0, 1e-3, len(samples)).astype(np.float32), rate_hz


@pytest.fixture(scope="session")
def recording(voice: tuple[np.ndarray, int]) -> Callable[[str], bytes]:
    """The voice as a file of the format asked for: WAV, MP3, OGG or FLAC."""

    def make(container: str) -> bytes:
        file = io.BytesIO()
        soundfile.write(file, *voice, format=container)
        return file.getvalue()

    return make


@pytest.fixture(scope="session")
def server_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the running app keeps what people save."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="session")
def server(server_dir: Path) -> Iterator[str]:
    """Address of the running app."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
        # The address people would type, so that the page under it may talk to the server.
        "STREAMLIT_BROWSER_SERVER_ADDRESS": FOREIGN_HOST,
        "SER_DATA_DIR": str(server_dir),
    }
    log = server_dir / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "serve.py"],
            cwd=PROJECT_DIR,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", process, log)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text('utf-8')}")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    # Of a module, not of the session: there can be one at a time, and other modules may start their own.
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def launch(playwright: Playwright, chromium: Path) -> Callable[..., Browser]:
    def start(*arguments: str) -> Browser:
        return playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *arguments])

    return start


@pytest.fixture(scope="module")
def browser(
    launch: Callable[..., Browser], recording: Callable[[str], bytes], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Chromium with a microphone that hears the voice, over and over."""
    heard = tmp_path_factory.mktemp("microphone") / "heard.wav"
    heard.write_bytes(recording("WAV"))
    browser = launch(FAKE_MICROPHONE, FAKE_PERMISSION, f"--use-file-for-fake-audio-capture={heard}")
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """The home page, just opened. Fails the test when the browser reports an error."""
    with watched(browser.new_context(), server) as page:
        yield page


@contextmanager
def watched(context: BrowserContext, address: str) -> Iterator[Page]:
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    yield page
    context.close()
    assert errors == []
