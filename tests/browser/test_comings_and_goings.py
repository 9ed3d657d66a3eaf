"""Pages that are closed, lose their server, or cannot send: of one nothing stays, of the others nothing is lost."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.siege.memory import held_by_streamlit
from ser_core.config import PROJECT_DIR
from tests.browser.conftest import WAIT_MS, wait_until_healthy
from tests.browser.test_analyse import answer, at_rest, choose, upload

pytestmark = pytest.mark.browser


@contextmanager
def running(port: int, folder: Path) -> Iterator[str]:
    log = folder / "log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "serve.py"],
            cwd=PROJECT_DIR,
            env=os.environ
            | {
                "STREAMLIT_SERVER_PORT": str(port),
                "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
                "SER_DATA_DIR": str(folder),
            },
            stdout=output,
            stderr=output,
        )
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", process, log)
            yield f"http://localhost:{port}"
        finally:
            process.kill()
            process.wait()


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_context().new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    return page


def test_of_a_page_that_is_closed_nothing_stays_and_a_restarted_server_is_found_again(
    browser: Browser, recording: Callable[[str], bytes], tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(port, tmp_path) as address:
        closed, kept = opened(browser, address), opened(browser, address)
        for page in (closed, kept):
            upload(page, "voice.wav", recording("WAV"))
            answer(page)
        with_both = held_by_streamlit(address, ("st_session_state",))
        closed.close()
        until = time.monotonic() + WAIT_MS / 1000
        # Streamlit's metrics are at most five seconds old.
        while held_by_streamlit(address, ("st_session_state",)) > 0.75 * with_both:
            assert time.monotonic() < until
            time.sleep(0.2)
        connected: list[object] = []
        kept.on("websocket", lambda made: connected.append(made))
    with running(port, tmp_path):
        # It connects again by itself, and shows what it showed until something is done there.
        until = time.monotonic() + 3 * WAIT_MS / 1000
        while not connected:
            assert time.monotonic() < until
            kept.wait_for_timeout(200)
        kept.get_by_role("button", name="Remove recording").click()
        choose(kept, "Upload")
        upload(kept, "again.mp3", recording("MP3"))
        expect(kept.locator(".ser-recording")).to_contain_text("again.mp3")
        answer(kept)
        kept.close()


def test_a_reload_offers_the_recording_back_with_what_was_labelled(
    browser: Browser, server: str, recording: Callable[[str], bytes]
) -> None:
    page = opened(browser, server)
    page.get_by_role("button", name="I understand").click()
    expect(page.get_by_role("button", name="I understand")).to_have_count(0)
    at_rest(page)
    upload(page, "voice.wav", recording("WAV"))
    answer(page)
    page.get_by_text("Wrong about this voice? Adapt to it").click()
    expect(page.get_by_text("Which emotion was intended?")).to_be_visible()
    at_rest(page)
    choose(page, "Sad")
    expect(page.get_by_text("You labelled this recording sad.")).to_be_visible()
    at_rest(page)
    page.reload()
    expect(page.get_by_text("voice.wav was here before this page was loaded anew.")).to_be_visible()
    expect(page.locator(".st-key-answer")).to_have_count(0)
    expect(page.get_by_role("button", name="I understand")).to_have_count(0)
    page.get_by_role("button", name="Open it again").click()
    answer(page)
    expect(page.locator(".ser-recording")).to_contain_text("voice.wav")
    page.get_by_text("Wrong about this voice? Adapt to it").click()
    expect(page.get_by_text("You labelled this recording sad.")).to_be_visible()
    # What is not wanted back is gone, and is not offered once more.
    at_rest(page)
    page.reload()
    page.get_by_role("button", name="Drop it").click()
    expect(page.get_by_role("button", name="Drop it")).to_have_count(0)
    at_rest(page)
    page.reload()
    expect(page.get_by_test_id("stButtonGroup").get_by_text("Upload", exact=True)).to_be_visible()
    at_rest(page)
    expect(page.get_by_role("button", name="Drop it")).to_have_count(0)
    page.context.close()


def test_a_recording_that_cannot_be_sent_is_not_lost(browser: Browser, server: str) -> None:
    page = opened(browser, server)
    page.route("**/recording/*", lambda route: route.fulfill(status=413))
    choose(page, "Record")
    icon = page.frame_locator("iframe[title^=audio_recorder]").locator("svg[role=button]")
    expect(page.get_by_text("Ready. Press the microphone to start.")).to_be_visible()
    icon.click()
    expect(page.get_by_text("Recording. Press the microphone again to stop.")).to_be_visible()
    page.wait_for_timeout(1500)
    icon.click()
    expect(page.get_by_text("The recording is too long for the server.")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_text("Save as a file").click()
    assert saved.value.suggested_filename == "recording.wav"
    assert Path(saved.value.path()).read_bytes()[:4] == b"RIFF"
    page.unroute("**/recording/*")
    page.get_by_text("Send again").click()
    expect(page.locator(".ser-recording").get_by_text("Recording 1.wav")).to_be_visible()
    answer(page)
    page.context.close()
