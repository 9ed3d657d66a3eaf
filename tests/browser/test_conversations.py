"""The Conversations page in a real browser: a call from upload to report, cancelling, a table of several recordings."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.conftest import watched
from tests.conversations.voices import a_call, voice, wav

pytestmark = pytest.mark.browser

PHONE_PIXELS = 390


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": content}


def give(page: Page, *files: FilePayload) -> None:
    page.locator("input[type=file]").set_input_files(list(files))


def is_as_wide_as_the_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_call_ends_in_a_ribbon_for_each_party_and_a_report(browser: Browser, server: str) -> None:
    with watched(browser.new_context(color_scheme="dark"), f"{server}/conversations") as page:
        page.get_by_role("button", name="I understand").click()
        expect(page.get_by_role("button", name="I understand")).to_have_count(0)
        expect(page.get_by_text("Monitoring staff by emotion is prohibited")).to_be_visible()
        give(page, file("call <1>.wav", wav(*a_call(turns=6))))
        summary = page.locator(".st-key-conversation_summary")
        expect(summary).to_contain_text("Left sounds")
        expect(summary).to_contain_text("Right sounds")
        stage = page.get_by_role("slider", name="Position in the recording")
        expect(stage).to_be_visible()
        # The second party speaks at ten seconds: its ribbon says so, and the other's says nothing.
        stage.focus()
        page.keyboard.press("Home")
        for _ in range(12):
            page.keyboard.press("ArrowRight")
        told = stage.get_attribute("aria-valuetext") or ""
        assert "Right: " in told
        assert "Left: " not in told
        expect(page.get_by_role("figure", name="Share of time. Left: ")).to_be_visible()
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
        page.set_viewport_size({"width": PHONE_PIXELS, "height": 844})
        expect(stage).to_be_visible()
        assert is_as_wide_as_the_screen(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Report to print (HTML)").click()
        assert download.value.suggested_filename == "call_1-conversation.html"
        report = Path(download.value.path()).read_text("utf-8")
    reader = browser.new_context(offline=True).new_page()
    requests: list[str] = []
    reader.on("request", lambda request: requests.append(request.url))
    reader.set_content(report)
    expect(reader.get_by_role("heading", level=1)).to_have_text("call <1>.wav")
    # In each party's course there are a ribbon and a line.
    assert reader.locator("svg polyline").count() == 2
    assert reader.locator("svg rect").count() > 4
    reader.set_viewport_size({"width": PHONE_PIXELS, "height": 844})
    assert is_as_wide_as_the_screen(reader)
    assert requests == []
    reader.context.close()


def test_a_long_analysis_can_be_cancelled(browser: Browser, server: str) -> None:
    half_an_hour = np.resize(voice(0, 30)[::2], 8_000 * 1800)
    content = io.BytesIO()
    soundfile.write(content, half_an_hour, 8_000, format="WAV", subtype="PCM_U8")
    with watched(browser.new_context(), f"{server}/conversations") as page:
        give(page, file("long.wav", content.getvalue()))
        # Until it is taken: while the page draws its progress anew, a click may be lost.
        cancel = page.get_by_role("button", name="Cancel", exact=True)
        expect(cancel).to_be_visible()
        expect(page.get_by_text("Listening …").first).to_be_visible()
        cancel.click()
        expect(page.get_by_text("Cancelled. Nothing of it was kept.")).to_be_visible()
        expect(cancel).to_have_count(0)
        page.get_by_role("button", name="Remove recording").click()
        expect(page.locator("input[type=file]")).to_have_count(1)


def test_several_recordings_are_a_table_and_one_of_them_plays(browser: Browser, server: str) -> None:
    with watched(browser.new_context(), f"{server}/conversations") as page:
        give(page, *(file(f"{name}.wav", wav(voice(i, 3))) for i, name in enumerate(("one", "two"))))
        expect(page.get_by_text("2 of 2 recordings.")).to_be_visible()
        table = page.get_by_test_id("stDataFrame")
        expect(table.locator("[role=gridcell]", has_text="two.wav")).to_have_count(1)
        with page.expect_download() as download:
            page.get_by_role("button", name="Table as CSV").click()
        lines = Path(download.value.path()).read_text("utf-8").splitlines()
        assert [line.split(",")[0] for line in lines] == ["file", "one.wav", "two.wav"]
        # The boxes in front of the rows are drawn on a canvas: the first lies under the heading's.
        box = table.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 20, box["y"] + 53)
        expect(page.get_by_role("slider", name="Position in the recording")).to_be_visible()
