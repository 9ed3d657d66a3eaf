"""Keeping and sharing a result in a real browser: the page to print."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_analyse import answer, upload

pytestmark = pytest.mark.browser


def test_the_report_is_one_page_that_prints_and_loads_nothing(
    browser: Browser, page: Page, recording: Callable[[str], bytes], tmp_path: Path
) -> None:
    upload(page, f"{'my voice ' * 25}.wav", recording("WAV"))
    heard = answer(page).inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Report to print").click()
    assert download.value.suggested_filename.endswith("-emotion.html")
    report = tmp_path / "report.html"
    download.value.save_as(report)
    asked: list[str] = []
    paper = browser.new_page()
    paper.on("request", lambda request: asked.append(request.url))
    paper.goto(report.as_uri())
    assert paper.locator(".headline").inner_text() == heard
    assert paper.locator("image").evaluate("image => image.getBoundingClientRect().width") > 300
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert len(re.findall(rb"/Type\s*/Page\b", paper.pdf(prefer_css_page_size=True))) == 1
    paper.close()
