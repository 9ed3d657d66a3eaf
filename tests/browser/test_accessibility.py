"""Every page, in both themes: axe finds nothing on it."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watched
from tests.browser.test_analyse import answer, at_rest, upload
from ui.shared.frame import NAVIGATION

pytestmark = pytest.mark.browser

PAGES = [line for line in NAVIGATION if line.exists]


def violations(page: Page) -> list[tuple[str, list[str]]]:
    at_rest(page)
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(browser: Browser, server: str, scheme: Literal["light", "dark"]) -> None:
    found = {}
    with watched(browser.new_context(color_scheme=scheme), server) as page:
        for line in PAGES:
            address = "" if line.file == "app.py" else PurePath(line.file).stem
            page.goto(f"{server}/{address}")
            expect(page).to_have_title(f"{line.label} · Speech Emotion Recognition")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            expect(page.get_by_text("I understand")).to_be_visible()
            found[line.label] = violations(page)
    assert found == {line.label: [] for line in PAGES}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_saved_result(
    browser: Browser, server: str, recording: Callable[[str], bytes], scheme: Literal["light", "dark"]
) -> None:
    with watched(browser.new_context(color_scheme=scheme), server) as page:
        upload(page, "voice.wav", recording("WAV"))
        answer(page)
        page.get_by_text("Wrong about this voice? Adapt to it").click()
        expect(page.get_by_text("Which emotion was intended?")).to_be_visible()
        at_rest(page)
        assert violations(page) == []
        page.get_by_role("button", name="Save this result").click()
        page.get_by_role("link", name="Open History").click()
        expect(page.get_by_text("1 saved take")).to_be_visible()
        at_rest(page)
        page.locator("[class*=st-key-history_take_] summary").click()
        expect(page.get_by_label("Name", exact=True)).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Delete", exact=True).click()
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
        assert violations(page) == []
