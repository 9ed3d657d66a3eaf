"""Save, History and deletion in a real browser: the cookie, a second tab, another person, and no byte left."""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ser_core.config import PROJECT_DIR
from ser_core.history.cleaning import to_flac
from tests.history.conftest import noise

pytestmark = pytest.mark.browser

# A page with nothing but a result to save: the pages that make results have tests of their own.
APP = """
import streamlit as st
from tests.history.conftest import a_practice, noise
from ui.shared import frame, save

frame.start("Result")
save.offer("r", a_practice(), noise)
"""
# For a busy machine: two seconds are usual.
START_S = 120
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("history") / "data"


@pytest.fixture(scope="module")
def url(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("app")
    (folder / "app.py").write_text(APP)
    # All pages: the frame links to each.
    shutil.copytree(PROJECT_DIR / "pages", folder / "pages", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PROJECT_DIR / ".streamlit", folder / ".streamlit", ignore=shutil.ignore_patterns("secrets*"))
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=folder,
        env=os.environ | {"SER_DATA_DIR": str(data_dir), "SER_DATABASE_URL": "", "PYTHONPATH": str(PROJECT_DIR)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health", process)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline_s = time.monotonic() + START_S
    while time.monotonic() < deadline_s and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("The app did not start.")


@pytest.fixture(scope="module")
def chrome(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        expect.set_options(timeout=5_000)
        browser.close()


@pytest.fixture
def somebody(chrome: Browser) -> Iterator[BrowserContext]:
    context = chrome.new_context(viewport={"width": 1280, "height": 1600})
    yield context
    context.close()


def _cookie(context: BrowserContext) -> dict[str, object] | None:
    return next((dict(cookie) for cookie in context.cookies() if cookie.get("name") == "ser_profile"), None)


def _open(context: BrowserContext, address: str, expected: str) -> Page:
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text(expected).first).to_be_visible()
    return page


def _traces(data_dir: Path) -> int:
    flac = to_flac(noise())
    content = b"".join(path.read_bytes() for path in data_dir.iterdir()) if data_dir.exists() else b""
    return sum(flac[start : start + 32] in content for start in range(0, len(flac) - 32, 512))


def test_from_saving_to_the_last_byte_deleted(
    url: str, data_dir: Path, somebody: BrowserContext, chrome: Browser
) -> None:
    # Looking at pages leaves neither a cookie nor a file.
    result = _open(somebody, url, "Keep this result?")
    early = _open(somebody, f"{url}/history", "Nothing saved yet")
    assert _cookie(somebody) is None
    assert not data_dir.exists()

    result.get_by_text("Keep the audio too").click()
    result.get_by_role("button", name="Save this result").click()
    expect(result.get_by_text("Saved.")).to_be_visible()
    cookie = _cookie(somebody)
    assert cookie is not None
    assert (cookie["sameSite"], cookie["path"]) == ("Strict", "/")
    a_year_s = 365 * 24 * 3600
    assert abs(float(str(cookie["expires"])) - time.time() - a_year_s) < 600
    assert _traces(data_dir) > 30

    # What comes later is in the same profile, and a page that was open before finds it.
    second = _open(somebody, url, "Keep this result?")
    second.get_by_role("button", name="Save this result").click()
    expect(second.get_by_text("Saved.")).to_be_visible()
    assert _cookie(somebody)["value"] == cookie["value"]  # type: ignore[index]
    early.reload()
    expect(early.get_by_text("2 saved takes")).to_be_visible()

    # Another browser sees nothing of it.
    stranger = chrome.new_context()
    _open(stranger, f"{url}/history", "Nothing saved yet")
    stranger.close()

    # The recording plays, and everything can be taken away.
    early.get_by_text("aimed for Angry").last.click()  # the older one, with its audio
    audio = early.locator("audio")
    expect(audio).to_have_count(1)
    early.wait_for_function("document.querySelector('audio').readyState >= 1")
    assert abs(audio.evaluate("audio => audio.duration") - 1.0) < 0.05
    with early.expect_download() as download:
        early.get_by_role("button", name="Download everything").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as file:
        assert len(json.loads(file.read("takes.json"))) == 2
        (name,) = (name for name in file.namelist() if name.startswith("audio/"))
        assert file.read(name) == to_flac(noise())

    # One take goes, with the last byte of its recording, comes back and goes again; then everything, with the cookie.
    early.get_by_role("button", name="Delete", exact=True).click()
    expect(early.get_by_text("has been deleted")).to_be_visible()
    expect(early.get_by_text("1 saved take", exact=True)).to_be_visible()
    assert _traces(data_dir) == 0
    early.get_by_role("button", name="Undo").click()
    expect(early.get_by_text("2 saved takes")).to_be_visible()
    assert _traces(data_dir) > 30
    if not early.get_by_role("button", name="Delete", exact=True).is_visible():
        early.get_by_text("aimed for Angry").last.click()
    early.get_by_role("button", name="Delete", exact=True).click()
    expect(early.get_by_text("1 saved take", exact=True)).to_be_visible()
    assert _traces(data_dir) == 0
    early.get_by_role("button", name="Delete everything").click()
    early.get_by_role("button", name="Delete everything for good").click()
    expect(early.get_by_text("Everything has been deleted.")).to_be_visible()
    expect(early.get_by_text("Nothing saved yet")).to_be_visible()
    for _ in range(50):
        if _cookie(somebody) is None:
            break
        early.wait_for_timeout(100)
    assert _cookie(somebody) is None
    expect(early.get_by_text("Everything has been deleted.")).to_be_visible()


def test_a_tab_without_the_cookie_saves_in_the_profile_of_the_other(url: str, somebody: BrowserContext) -> None:
    first, second = (_open(somebody, url, "Keep this result?") for _ in range(2))
    for tab in (first, second):  # neither came with a cookie
        tab.get_by_role("button", name="Save this result").click()
        expect(tab.get_by_text("Saved.")).to_be_visible()
    _open(somebody, f"{url}/history", "2 saved takes")


def test_a_browser_that_refuses_cookies_is_told(url: str, chrome: Browser) -> None:
    context = chrome.new_context()
    context.add_init_script("Object.defineProperty(document, 'cookie', {get: () => '', set: () => {}})")
    page = _open(context, url, "Keep this result?")
    page.get_by_role("button", name="Save this result").click()
    expect(page.get_by_text("until you close this page")).to_be_visible()
    page.get_by_role("link", name="Open History").click()
    expect(page.get_by_text("1 saved take", exact=True)).to_be_visible()
    context.close()
