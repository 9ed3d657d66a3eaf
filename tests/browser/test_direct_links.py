"""Each page by a link of its own, as somebody has it in their bookmarks."""

from pathlib import PurePath

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import watched
from ui.shared.frame import NAVIGATION, PageLine

pytestmark = pytest.mark.browser

PAGES = [line for line in NAVIGATION if line.exists and line.file != "app.py"]


@pytest.mark.parametrize("line", PAGES, ids=lambda line: line.label)
def test_a_direct_link_opens_the_page_without_an_error(browser: Browser, server: str, line: PageLine) -> None:
    with watched(browser.new_context(), f"{server}/{PurePath(line.file).stem}") as page:
        expect(page).to_have_title(f"{line.label} · Speech Emotion Recognition")
        expect(page.get_by_role("link", name=line.label, exact=False).first).to_be_visible()
        page.wait_for_load_state("networkidle")
