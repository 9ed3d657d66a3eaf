"""Live: what a voice sounds like is shown while it speaks, and nothing of it is kept."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import soundfile
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import FAKE_MICROPHONE, FAKE_PERMISSION, watched
from tests.browser.test_analyse import NAMES, answer, choose

pytestmark = pytest.mark.browser

CLAIMED = re.compile(f"^({'|'.join(NAMES)}|Unsure)")


def start(page: Page) -> None:
    choose(page, "Live")
    page.get_by_role("button", name="Start live").click()


def test_each_second_is_answered_while_one_speaks_and_then_the_whole(browser: Browser, server: str) -> None:
    with watched(browser.new_context(), server) as page:
        sent: list[Request] = []
        page.on("request", lambda request: sent.append(request) if "/recording/" in request.url else None)
        start(page)
        expect(page.locator("[data-headline]")).to_have_text(CLAIMED)
        ribbon = page.get_by_role("img", name=re.compile(r"^Emotion over time.* \d:\d\d: "))
        expect(ribbon).to_be_visible()
        assert ribbon.get_attribute("aria-label").rpartition(": ")[2].split(", ")[0] in {*NAMES, "Unsure"}
        # Half a second of 16 kHz at a time, to this server alone.
        assert all(request.url.startswith(server) for request in sent)
        assert 16_000 <= len(sent[0].post_data_buffer or b"") < 20_000
        line = sent[0].url
        page.get_by_role("button", name="Stop and see the whole answer").click()
        expect(page.locator(".ser-recording").get_by_text("Recording 1.wav")).to_be_visible()
        answer(page)
        expect(page.get_by_role("slider", name="Position in the recording")).to_be_visible()
        # What heard it is gone.
        for _ in range(50):
            refused = page.request.put(line, data=b"xx").status
            if refused == 400:
                break
            page.wait_for_timeout(100)
        assert refused == 400


def test_what_is_paused_can_be_heard_and_what_is_discarded_is_gone(page: Page) -> None:
    handed: list[str] = []
    page.on(
        "request",
        lambda request: (
            handed.append(request.url) if "/recording/" in request.url and "from=" not in request.url else None
        ),
    )
    start(page)
    clock = page.locator("[data-clock]")
    expect(clock).to_have_text("0:02 of 15:00")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused. Listen to it")).to_be_visible()
    stood = clock.inner_text()
    listen = page.locator("[data-listen]")
    expect(listen).to_be_visible()
    assert listen.evaluate("async (audio) => { await audio.play(); audio.pause(); return audio.duration; }") > 1.5
    assert clock.inner_text() == stood
    page.get_by_role("button", name="Go on").click()
    expect(clock).to_have_text("0:04 of 15:00")
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Discarded. Nothing of it is kept.")).to_be_visible()
    expect(page.locator("[data-now]")).to_be_hidden()
    assert handed == []
    # And it can be begun anew, by keyboard as well.
    expect(page.get_by_role("button", name="Start live")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop and see the whole answer")).to_be_visible()


def test_where_nobody_speaks_nothing_is_named(launch: Callable[..., Browser], server: str, tmp_path: Path) -> None:
    heard = tmp_path / "room.wav"
    soundfile.write(heard, np.random.default_rng(0).normal(0, 4e-4, 160_000), 16_000)
    browser = launch(FAKE_MICROPHONE, FAKE_PERMISSION, f"--use-file-for-fake-audio-capture={heard}")
    try:
        with watched(browser.new_context(), server) as page:
            start(page)
            expect(page.locator("[data-headline]")).to_have_text("Nobody is speaking")
            # At -68 dBFS the microphone is too far away, or nobody is there.
            expect(page.get_by_text("Very quiet. Speak up")).to_be_visible()
            expect(page.locator("[data-headline]")).to_have_text("Nobody is speaking")
            expect(page.get_by_role("img", name="Emotion over time, second by second.", exact=True)).to_be_visible()
    finally:
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_one_speaks_on_a_phone(
    browser: Browser, server: str, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844})
    with watched(context, server) as page:
        start(page)
        expect(page.locator("[data-headline]")).to_have_text(CLAIMED)
        found = Axe().run(page, context=".stMain").response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
        # What it is about is in view, and all of it.
        for part in ("[data-headline]", "[data-ribbon]"):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)
        lines = {each.bounding_box()["y"] for each in page.locator(".st-key-way").get_by_role("radio").all()}
        assert len(lines) == 1
